namespace Polly.RateLimiting;

/// <summary>What the rate limiter knows of an execution.</summary>
public readonly struct RateLimiterArguments
{
    /// <summary>Creates the arguments.</summary>
    public RateLimiterArguments(ResilienceContext context) => Context = context;

    /// <summary>Gets the context of the execution.</summary>
    public ResilienceContext Context { get; }
}
