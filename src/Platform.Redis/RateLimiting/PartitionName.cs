namespace Platform.Redis.RateLimiting;

/// <summary>Whom a policy counts, in this process's memory alone: keys carry its HMAC.</summary>
/// <param name="By">What the value is.</param>
/// <param name="Value">A user, client or address; empty where nobody is told apart.</param>
/// <param name="Endpoint">The endpoint, where that counts too.</param>
internal readonly record struct PartitionName(RateLimitBy By, string Value, string Endpoint)
{
    /// <summary>The value alone: hashed for every request, and only rarely is it the same for different names.</summary>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
}
