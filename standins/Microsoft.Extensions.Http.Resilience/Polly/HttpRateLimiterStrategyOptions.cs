using Polly.RateLimiting;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The rate limiter of HTTP requests.</summary>
public class HttpRateLimiterStrategyOptions : RateLimiterStrategyOptions;
