namespace Platform.Redis.RateLimiting;

/// <summary>All policies.</summary>
/// <param name="Items">By name.</param>
public sealed record RateLimitPoliciesResponse(IReadOnlyList<RateLimitPolicyResponse> Items);
