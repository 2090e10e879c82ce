namespace Platform.Redis.RateLimiting;

/// <summary>Permits that Redis has counted already and that this process hands out by itself.</summary>
/// <param name="permits">How many.</param>
/// <param name="sentAt">Before Redis was asked.</param>
/// <param name="waited">How long the answer took, in ms.</param>
/// <param name="deadline">The end of the window they belong to: afterwards they are nobody's.</param>
/// <param name="remaining">What Redis had left when it gave them.</param>
/// <param name="resetAt">When the limit is whole again.</param>
internal sealed class LeasedPermits(int permits, long sentAt, long waited, long deadline, int remaining, long resetAt)
{
    /// <summary>Permits that nobody used for so long go back.</summary>
    public const long IdleLimit = 100;

    private readonly int _permits = permits;
    private int _left = permits;

    public long SentAt { get; } = sentAt;

    public long Waited { get; } = waited;

    public long Deadline { get; } = deadline;

    public long ResetAt { get; } = resetAt;

    public int Left => Math.Max(Volatile.Read(ref _left), 0);

    /// <summary>Whether it is time to fetch more, so that nobody waits for them.</summary>
    public bool RunsLow => Volatile.Read(ref _left) < _permits / 2;

    public int Used => Math.Max(_permits - Left, 0);

    public int Remaining => remaining + Left;

    public bool TryTake(int count, long now)
    {
        if (now >= Deadline || Volatile.Read(ref _left) < count)
        {
            return false;
        }

        if (Interlocked.Add(ref _left, -count) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, count);
        return false;
    }

    public void PutBack(int count) => Interlocked.Add(ref _left, count);

    /// <summary>Takes what is left, so that it can be given back to Redis.</summary>
    public int TakeAll()
    {
        while (Volatile.Read(ref _left) is var left and > 0)
        {
            if (Interlocked.CompareExchange(ref _left, 0, left) == left)
            {
                return left;
            }
        }

        return 0;
    }
}
