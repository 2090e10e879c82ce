namespace Platform.Redis.RateLimiting;

/// <summary>What a caller has left of one policy.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="WindowSeconds">The window.</param>
/// <param name="Remaining">Permits left.</param>
/// <param name="ResetSeconds">Until the limit is whole again.</param>
public sealed record RateLimitUsageResponse(string Policy, int Limit, double WindowSeconds, int Remaining, double ResetSeconds);
