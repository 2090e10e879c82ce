namespace Platform.Redis.RateLimiting;

/// <summary>How often a policy was asked, over all instances, since it was first asked in the last seven days.</summary>
/// <param name="Allowed">Requests it allowed.</param>
/// <param name="Denied">Requests it refused.</param>
/// <param name="ShadowDenied">Requests it would have refused, were it enforced.</param>
public readonly record struct RateLimitDemand(long Allowed, long Denied, long ShadowDenied);
