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
    private bool _decidedAlone;
    private volatile RateLimitSharing _told;

    /// <summary><see cref="Told"/> changed.</summary>
    public event Action? Changed;

    /// <summary>
    /// What is told of it. A limit that was decided alone is told at once, and not taken back by the next one that Redis decides: where
    /// Redis serves some and refuses others it would change with every request. It is, by a look at which none was decided alone.
    /// </summary>
    public RateLimitSharing Told => _told;

    public long Since => Volatile.Read(ref _since);

    public bool IsAway => Volatile.Read(ref _away);

    /// <summary>A limit was decided alone.</summary>
    /// <param name="served">Whether Redis is used all the same.</param>
    public void DecidedAlone(bool served)
    {
        if (served)
        {
            Volatile.Write(ref _decidedAlone, true);
        }

        Begin();

        // Until Redis was heard once it is not known whether this is more than a slow start.
        if (_told == RateLimitSharing.Shared)
        {
            Tell(RateLimitSharing.Alone);
        }
    }

    /// <summary>Everything that Redis has was heard.</summary>
    public void Synced()
    {
        Over();
        var decidedAlone = Volatile.Read(ref _decidedAlone);
        Volatile.Write(ref _decidedAlone, false);
        if (!decidedAlone || _told == RateLimitSharing.Unknown)
        {
            Tell(RateLimitSharing.Shared);
        }
    }

    /// <summary>Redis is not used.</summary>
    public void Away()
    {
        Begin();

        // What was decided alone until now has its reason, and ends with it.
        Volatile.Write(ref _decidedAlone, false);
        Tell(RateLimitSharing.Alone);
    }

    private void Tell(RateLimitSharing sharing)
    {
        if (Interlocked.Exchange(ref _told, sharing) != sharing)
        {
            Changed?.Invoke();
        }
    }

    private void Begin()
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
    public PolicyState StateOf(PolicyState state) => state.Partition.Kept ? state : partitions.Others.StateOf(state.Rule);
}
