namespace Platform.Redis.RateLimiting;

/// <summary>How many permits a request to an endpoint takes.</summary>
/// <param name="Permits">At least 1.</param>
internal sealed record RateLimitCost(int Permits);
