namespace Microsoft.AspNetCore.OutputCaching.StackExchangeRedis;

/// <summary>How the output cache is kept in Redis.</summary>
public class RedisOutputCacheOptions
{
    /// <summary>Stands in front of every key.</summary>
    public string? InstanceName { get; set; }
}
