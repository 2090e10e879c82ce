namespace Platform.Redis.Caching;

/// <summary>How the values of <c>IDistributedCache</c> are kept.</summary>
public sealed class DistributedCacheOptions
{
    /// <summary>
    /// Whether values are sealed in Redis, and keys hashed with the sealing secret. Needs <c>AddSealing()</c>. What was written before it was
    /// switched is missing afterwards, and ends with its expiry.
    /// </summary>
    public bool Sensitive { get; set; }
}
