namespace Platform.Redis.Tests.Support;

/// <summary>Real time that a test can let jump ahead.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    public void Skip(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
}
