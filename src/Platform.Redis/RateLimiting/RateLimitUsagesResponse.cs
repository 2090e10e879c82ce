namespace Platform.Redis.RateLimiting;

/// <summary>What a caller has left.</summary>
/// <param name="Items">By policy.</param>
public sealed record RateLimitUsagesResponse(IReadOnlyList<RateLimitUsageResponse> Items);
