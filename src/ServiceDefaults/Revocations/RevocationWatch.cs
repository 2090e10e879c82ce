namespace Platform.ServiceDefaults.Revocations;

/// <summary>Something that goes on for as long as a token is not revoked, such as a live stream.</summary>
public sealed class RevocationWatch : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Action<RevocationWatch> _forget;

    internal RevocationWatch(TokenFacts facts, Action<RevocationWatch> forget)
    {
        Facts = facts;
        _forget = forget;
        Ended = _ended.Token;
    }

    /// <summary>Cancelled when the token is revoked, by whatever names it.</summary>
    public CancellationToken Ended { get; }

    internal TokenFacts Facts { get; }

    public void Dispose()
    {
        _forget(this);
        _ended.Dispose();
    }

    // Off the thread that reads the feed: what ends may take its time.
    internal void End() => ThreadPool.UnsafeQueueUserWorkItem(
        static watch =>
        {
            try
            {
                watch._ended.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }
        },
        this, preferLocal: false);
}
