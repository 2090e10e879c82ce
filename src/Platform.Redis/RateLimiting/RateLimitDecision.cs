using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Platform.Redis.RateLimiting;

/// <summary>A request under all its policies, and the framework's lease on the result.</summary>
internal sealed class RateLimitDecision(RateLimitEngine engine, int policies, IRateLimitObserver? observer = null) : RateLimitLease
{
    private int _disposed;

    public RateLimitItem[] Items { get; } = new RateLimitItem[policies];

    public int Count { get; private set; }

    /// <summary>When it was begun, by the process's clock: read once for a request that does not wait.</summary>
    public long Now { get; } = engine.Now;

    public bool Granted { get; set; }

    /// <summary>The request and its plan, where there is one.</summary>
    public HttpContext? Context { get; init; }

    public EndpointPlan? Plan { get; init; }

    /// <summary>Refused because Redis is away, not because the quota is used.</summary>
    public bool ReducedCapacity { get; set; }

    public void Tell() => observer?.Decided(this);

    public override bool IsAcquired => Granted;

    public override IEnumerable<string> MetadataNames => Granted ? [] : [MetadataName.RetryAfter.Name];

    public void Add(RateLimitPolicy policy, RateLimitRule rule, PolicyState state, int cost) => Items[Count++] = new RateLimitItem
    {
        Policy = policy,
        Rule = rule,
        State = state,

        // More than can ever be granted is refused however much it is, and no counter has to hold it.
        Cost = (int)Math.Min(cost, rule.Burst + 1L),
    };

    /// <summary>Until all that refused would allow it; null where one never will.</summary>
    public TimeSpan? RetryAfter()
    {
        long until = 0;
        foreach (ref readonly var item in Items.AsSpan(0, Count))
        {
            if (item.Refuses)
            {
                until = Math.Max(until, item.RetryAt);
            }
        }

        return until == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(1, until - engine.Now));
    }

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = !Granted && metadataName == MetadataName.RetryAfter.Name ? RetryAfter() : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Granted && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            engine.Completed(this);
        }

        base.Dispose(disposing);
    }
}
