namespace Platform.Tasks.Processing;

/// <summary>How long the end of an attempt may still be written when the process has to stop.</summary>
internal sealed class EndGrace : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _stopping;

    public EndGrace(CancellationToken stopping) =>
        _stopping = stopping.UnsafeRegister(static over => ((CancellationTokenSource)over!).CancelAfter(Duration), _over);

    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
