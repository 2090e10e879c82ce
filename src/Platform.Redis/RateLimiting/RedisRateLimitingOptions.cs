namespace Platform.Redis.RateLimiting;

/// <summary>Rate limiting; the section <c>RateLimiting</c>. Checked when the application starts.</summary>
public sealed class RedisRateLimitingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "RateLimiting";

    /// <summary>The policies by name. A name is kebab-case; it appears in headers, keys and metrics.</summary>
    public Dictionary<string, RateLimitPolicyOptions> Policies { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Requests below these paths are never counted.</summary>
    /// <value><c>/alive</c>, <c>/health</c>, <c>/guarantees</c>.</value>
    public List<string> ExemptPaths { get; set; } = ["/alive", "/health", "/guarantees"];

    /// <summary>
    /// How many instances to divide a limit by while Redis is away and has not been asked yet. Later the number known last is used.
    /// </summary>
    /// <value>1.</value>
    public int ExpectedInstances { get; set; } = 1;

    /// <summary>How many partitions a process remembers at most: their denials, leased permits and local shares.</summary>
    /// <value>10,000.</value>
    public int MaxLocalPartitions { get; set; } = 10_000;

    /// <summary>Keys the HMAC that stands for a partition in keys. The same on every instance.</summary>
    /// <value><c>Sealing:Key</c> where there is one; else a public constant, which makes it a hash.</value>
    public string? PartitionKey { get; set; }
}
