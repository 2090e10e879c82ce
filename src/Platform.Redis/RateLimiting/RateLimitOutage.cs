namespace Platform.Redis.RateLimiting;

/// <summary>Since when limits are kept by this process alone.</summary>
internal sealed class RateLimitOutage(RateLimitClock clock, PartitionTable partitions)
{
    /// <summary>What a caller is told to wait where nothing better is known, in ms.</summary>
    public const long RetryInterval = 1_000;

    /// <summary>Outages that follow each other closely are one: otherwise each would begin with a fresh share.</summary>
    private const long Gap = 60_000;

    private readonly Lock _gate = new();
    private long _since = -Gap;
    private long _ended = long.MinValue / 2;
    private bool _away;

    public long Since => Volatile.Read(ref _since);

    public bool IsAway => Volatile.Read(ref _away);

    public void Begin()
    {
        if (!IsAway)
        {
            lock (_gate)
            {
                var now = clock.Now;
                if (!_away && now - _ended > Gap)
                {
                    Volatile.Write(ref _since, now);
                }

                Volatile.Write(ref _away, true);
            }
        }
    }

    public void Over()
    {
        if (IsAway)
        {
            lock (_gate)
            {
                _ended = clock.Now;
                Volatile.Write(ref _away, false);
            }
        }
    }

    /// <summary>The state that keeps a partition's local share: of partitions that are not kept there is one for all.</summary>
    public PolicyState StateOf(PolicyState state) => state.Partition.Kept ? state : partitions.Others.StateOf(state.Policy);
}
