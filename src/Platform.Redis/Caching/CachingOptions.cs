using System.Text.Json;

namespace Platform.Redis.Caching;

/// <summary>The cache of a service; the section <c>Caching</c>. Checked when the application starts.</summary>
public sealed class CachingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Caching";

    /// <summary>
    /// The declared namespaces, by the part of a key before its first colon: <c>users</c> of <c>users:usr_9f</c>. Each can be cleared by
    /// itself and has its own row of metrics. Names are kebab-case.
    /// </summary>
    /// <value>None; <see cref="Default"/> holds for every key.</value>
    public IDictionary<string, CacheNamespaceOptions> Namespaces { get; } =
        new Dictionary<string, CacheNamespaceOptions>(StringComparer.Ordinal);

    /// <summary>What holds for keys outside the declared namespaces; metrics call them <c>other</c>.</summary>
    public CacheNamespaceOptions Default { get; } = new();

    /// <summary>What holds for <c>IDistributedCache</c>.</summary>
    public DistributedCacheOptions DistributedCache { get; } = new();

    /// <summary>The most bytes that entries in this process's memory may take, keys and overhead included.</summary>
    /// <value>64 MiB.</value>
    public long MemoryLimitBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The largest serialised value that is kept; a larger one is computed each time it is asked for.</summary>
    /// <value>1 MiB.</value>
    public int MaximumPayloadBytes { get; set; } = 1024 * 1024;

    /// <summary>The longest key, in characters.</summary>
    /// <value>1,024.</value>
    public int MaximumKeyLength { get; set; } = 1024;

    /// <summary>How long a process that computes a value is believed to live without a sign. It gives one every third of this.</summary>
    /// <value>5 s.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many values this process computes at once while it cannot share the work through Redis.</summary>
    /// <value>32.</value>
    public int FactoriesWithoutRedis { get; set; } = 32;

    /// <summary>The share of Redis's <c>maxmemory</c> from which on nothing more is cached there. State is still written.</summary>
    /// <value>0.8.</value>
    public double MemoryPressure { get; set; } = 0.8;

    /// <summary>How long <see cref="ICacheWarmUp"/>s may hold up the start; afterwards they go on in the background.</summary>
    /// <value>5 s.</value>
    public TimeSpan WarmUpTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How values are written as JSON, where no <c>IHybridCacheSerializer</c> is registered for their type.</summary>
    /// <value><see cref="JsonSerializerOptions.Web"/>.</value>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Web;
}
