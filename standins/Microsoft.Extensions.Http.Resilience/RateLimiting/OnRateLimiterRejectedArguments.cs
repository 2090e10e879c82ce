using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

/// <summary>What the rate limiter knows of an execution that it rejected.</summary>
public readonly struct OnRateLimiterRejectedArguments
{
    /// <summary>Creates the arguments.</summary>
    public OnRateLimiterRejectedArguments(ResilienceContext context, RateLimitLease lease)
    {
        Context = context;
        Lease = lease;
    }

    /// <summary>Gets the context of the execution.</summary>
    public ResilienceContext Context { get; }

    /// <summary>Gets the lease that was not granted.</summary>
    public RateLimitLease Lease { get; }
}
