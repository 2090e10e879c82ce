namespace Platform.Redis.RateLimiting;

/// <summary>The answer to a plain question.</summary>
/// <param name="Allowed">Whether it may be done.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Remaining">Permits left.</param>
/// <param name="Reset">Until the limit is whole again.</param>
/// <param name="RetryAfter">Until the same question would be answered with yes, if nobody else asks; zero where it was.</param>
public readonly record struct RateLimitResult(bool Allowed, int Limit, int Remaining, TimeSpan Reset, TimeSpan RetryAfter);
