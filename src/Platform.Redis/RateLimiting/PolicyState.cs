using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>What the process remembers of one partition under one rule.</summary>
/// <param name="partition">Who is counted.</param>
/// <param name="rule">The figures.</param>
/// <param name="keyspace">Where keys are made.</param>
/// <param name="first">The partition's first state of the same policy, if this is another: what is granted without Redis is shared.</param>
internal sealed class PolicyState(Partition partition, RateLimitRule rule, Keyspace keyspace, PolicyState? first)
{
    // Below this a process asks for every request: a lease would save nothing.
    private const double HotPerMillisecond = 0.5;
    private const long DemandWindow = 50;
    private const long LeaseFor = 20;

    // A partition that was busy a moment ago needs less to be believed.
    private const long HotMemory = 2_000;
    private const int LargestLease = 100_000;

    private readonly Lock _gate = new();
    private KeyOfRule? _key;
    private Denial? _denial;
    private LeasedPermits? _leased;
    private LocalShare? _share;
    private Task? _refill;
    private long _callsSince;
    private int _calls;
    private double _rate;
    private double _rateBefore;
    private int _remaining = int.MaxValue;
    private long _resetAt;

    public Partition Partition { get; } = partition;

    public string Policy { get; } = rule.Policy;

    public RateLimitRule Rule { get; } = rule;

    /// <summary>The rule's.</summary>
    public string Figures { get; } = rule.Figures;

    public LeasedPermits? Leased => Volatile.Read(ref _leased);

    /// <summary>Whether somebody fetches permits already.</summary>
    public bool Refilling => Volatile.Read(ref _refill) is not null;

    public LocalShare Share
    {
        get
        {
            if (first is not null)
            {
                return first.Share;
            }

            if (Volatile.Read(ref _share) is { } share)
            {
                return share;
            }

            share = new LocalShare();
            return Interlocked.CompareExchange(ref _share, share, null) ?? share;
        }
    }

    /// <summary>What was granted locally and Redis has yet to hear of.</summary>
    public bool HasUnreported => first?.HasUnreported ?? Volatile.Read(ref _share) is { HasUnreported: true };

    /// <summary>Its name among the bans.</summary>
    public string BanName { get; } = BanNameOf(rule.Policy, partition.Hash);

    public static string BanNameOf(string policy, string hash) => $"{policy}.{hash}";

    /// <summary>The keys argument of a script, made once.</summary>
    public RedisKey[] KeysFor(RateLimitRule rule)
    {
        var known = Volatile.Read(ref _key);
        if (known is null || known.Part != rule.KeyPart)
        {
            var family = rule.IsConcurrency ? RateLimitKeys.Held : RateLimitKeys.State;
            // As bytes, which are sent as they are.
            known = new KeyOfRule(rule.KeyPart, [(byte[])keyspace.Key(family, Partition.Hash, rule.KeyPart)!]);
            Volatile.Write(ref _key, known);
        }

        return known.Keys;
    }

    /// <summary>Whether the window that Redis told of still lasts.</summary>
    public bool KnowsWindow(long now) => now < Volatile.Read(ref _resetAt);

    /// <summary>When the limit is whole again, as told last.</summary>
    public long ResetAt => Volatile.Read(ref _resetAt);

    /// <summary>The refusal that still holds.</summary>
    public Denial? DenialOf(int cost, long now) =>
        Volatile.Read(ref _denial) is { } denial && now < denial.ForgetAt && cost >= denial.Need ? denial : null;

    public void Forget()
    {
        Volatile.Write(ref _denial, null);
        Volatile.Write(ref _remaining, int.MaxValue);
        Volatile.Write(ref _resetAt, 0);
    }

    public void Replied(int cost, int remaining, long resetAt, long retry, long sentAt, long retryAt)
    {
        Volatile.Write(ref _remaining, remaining);
        Volatile.Write(ref _resetAt, resetAt);
        if (retry != 0)
        {
            var forgetAt = sentAt + (retry < 0 ? Denial.LongestMemory : Math.Min(retry, Denial.LongestMemory));
            Volatile.Write(ref _denial, new Denial(cost, remaining, forgetAt, retryAt, resetAt));
        }
    }

    /// <summary>Puts permits where the next requests find them, with what is left of the same window's earlier ones.</summary>
    /// <param name="permits">The new ones.</param>
    /// <param name="now">After Redis gave them: where the earlier window lasts even now, they are of the same.</param>
    public void Lend(LeasedPermits permits, long now)
    {
        lock (_gate)
        {
            if (_leased is { } before && before.TakeAll() is var left and > 0 && now < before.Deadline)
            {
                permits.PutBack(left);
            }

            Volatile.Write(ref _leased, permits);
        }
    }

    /// <summary>
    /// Permits to ask for: as many as this process is likely to need in the next moment, a tenth of the limit at most, and less the
    /// fewer are left, so that none lie idle here while another instance refuses.
    /// </summary>
    public int Want(int cost, RateLimitRule rule, long now, int instances)
    {
        lock (_gate)
        {
            _calls += cost;
            var span = now - _callsSince;
            if (span >= DemandWindow)
            {
                // Twice in a row: a lease taken for a short burst would lie idle while another instance refuses the rest of it.
                var rate = span > 4 * DemandWindow ? 0 : (double)_calls / span;
                var wasHot = _leased is { } last && now - last.SentAt < HotMemory;
                _rate = wasHot ? rate : Math.Min(rate, _rateBefore);
                _rateBefore = rate;
                (_calls, _callsSince) = (0, now);
            }

            var expected = _rate;
            if (_leased is { } leased && now - leased.SentAt < 4 * DemandWindow)
            {
                expected = Math.Max(expected, leased.Used / (double)Math.Max(1, now - leased.SentAt));
            }

            if (expected < HotPerMillisecond)
            {
                return cost;
            }

            var left = now < Volatile.Read(ref _resetAt) ? Volatile.Read(ref _remaining) : rule.Limit;
            var chunk = Math.Min(Math.Min(expected * LeaseFor, rule.Limit / 10), Math.Min(left / (2 * instances), LargestLease));
            return chunk < 4 * cost ? cost : (int)chunk;
        }
    }

    /// <summary>One caller fetches permits for all who wait: null for that one, else what to wait for.</summary>
    public Task? BeginRefill(TaskCompletionSource mine)
    {
        lock (_gate)
        {
            if (_refill is { } other)
            {
                return other;
            }

            _refill = mine.Task;
            return null;
        }
    }

    public void EndRefill(TaskCompletionSource mine)
    {
        Volatile.Write(ref _refill, null);
        mine.SetResult();
    }

    private sealed record KeyOfRule(string Part, RedisKey[] Keys);
}
