namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>At once after the first crash, then ever later, up to ten seconds; a run that lasted starts the count again.</summary>
internal sealed class RestartBackoff(TimeProvider time)
{
    public static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastingRun = TimeSpan.FromSeconds(20);

    private long _startedAt;

    /// <summary>Crashes in a row, none of which followed a run that lasted.</summary>
    public int Crashes { get; private set; }

    public void Started() => _startedAt = time.GetTimestamp();

    public TimeSpan Crashed()
    {
        Crashes = time.GetElapsedTime(_startedAt) >= LastingRun ? 1 : Crashes + 1;
        return Crashes switch
        {
            1 => TimeSpan.Zero,
            > 7 => Ceiling,
            _ => TimeSpan.FromTicks(Math.Min(Ceiling.Ticks, Step.Ticks << (Crashes - 2))),
        };
    }
}
