using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.RateLimiting;

/// <summary>What one policy decided, in this process: for metrics, and for the demand that all instances add up.</summary>
internal sealed class RateLimitCounters(Counter<long> decisions, string policy)
{
    private readonly KeyValuePair<string, object?> _policy = new("policy", policy);
    private readonly StripedCounter _allowed = new();
    private long _denied;
    private long _shadowDenied;

    public void Count(RateLimitOutcome outcome)
    {
        switch (outcome)
        {
            case RateLimitOutcome.Denied or RateLimitOutcome.LocalDenied or RateLimitOutcome.FailureModeDenied:
                Interlocked.Increment(ref _denied);
                break;
            case RateLimitOutcome.ShadowDenied:
                Interlocked.Increment(ref _shadowDenied);
                break;
            default:
                _allowed.Increment();
                break;
        }

        if (decisions.Enabled)
        {
            decisions.Add(1, _policy, new KeyValuePair<string, object?>("result", Text(outcome)));
        }
    }

    /// <summary>What was decided since it was last taken.</summary>
    public RateLimitDemand Take() => new(
        _allowed.Take(), Interlocked.Exchange(ref _denied, 0), Interlocked.Exchange(ref _shadowDenied, 0));

    /// <summary>It could not be told; it is taken again later.</summary>
    public void PutBack(RateLimitDemand demand)
    {
        _allowed.Add(demand.Allowed);
        Interlocked.Add(ref _denied, demand.Denied);
        Interlocked.Add(ref _shadowDenied, demand.ShadowDenied);
    }

    private static string Text(RateLimitOutcome outcome) => outcome switch
    {
        RateLimitOutcome.Allowed => "allowed",
        RateLimitOutcome.Denied => "denied",
        RateLimitOutcome.ShadowDenied => "shadow_denied",
        RateLimitOutcome.Local => "local",
        RateLimitOutcome.LocalDenied => "local_denied",
        RateLimitOutcome.FailureModeAllowed => "failure_mode_allowed",
        _ => "failure_mode_denied",
    };
}
