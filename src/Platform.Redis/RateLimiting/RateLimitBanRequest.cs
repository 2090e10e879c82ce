namespace Platform.Redis.RateLimiting;

/// <summary>Refuses a partition for a while.</summary>
/// <param name="Seconds">1 to 2,592,000 (30 days).</param>
public sealed record RateLimitBanRequest(int Seconds);
