namespace Platform.Redis.Caching;

/// <summary>How the values of one namespace are kept.</summary>
public sealed class CacheNamespaceOptions
{
    /// <summary>How long a value counts as fresh; <c>HybridCacheEntryOptions.Expiration</c> overrides it per call.</summary>
    /// <value>5 min.</value>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long this process's memory answers before Redis is asked again; never longer than the value is fresh.
    /// <c>HybridCacheEntryOptions.LocalCacheExpiration</c> overrides it per call.
    /// </summary>
    /// <value>None: as long as the value is fresh.</value>
    public TimeSpan? LocalExpiration { get; set; }

    /// <summary>
    /// How long after its expiration a value still answers where a new one cannot be had: its factory fails or is slow, somebody else
    /// computes it, or Redis is away. Leave it at zero for what must not be stale, such as permissions.
    /// </summary>
    /// <value>Zero: never.</value>
    public TimeSpan StaleFor { get; set; }

    /// <summary>Where there is a stale value: how long to wait for a new one before answering with it. The factory goes on.</summary>
    /// <value>100 ms.</value>
    public TimeSpan FactorySoftTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a factory, and whoever waits for it, may take before a <see cref="TimeoutException"/>.</summary>
    /// <value>30 s.</value>
    public TimeSpan FactoryHardTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The share of <see cref="Expiration"/> after which one caller has the value computed anew, in the background.</summary>
    /// <value>None: when it has expired.</value>
    public double? EagerRefresh { get; set; }

    /// <summary>How long null is kept, the answer for what does not exist.</summary>
    /// <value>10 s.</value>
    public TimeSpan NegativeExpiration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The share by which expirations are shortened at random, so that what was stored together does not expire together.</summary>
    /// <value>0.1.</value>
    public double Jitter { get; set; } = 0.1;

    /// <summary>Whether values are sealed in Redis, and keys hashed with the sealing secret. Needs <c>AddSealing()</c>.</summary>
    public bool Sensitive { get; set; }

    /// <summary>
    /// Whether callers may be handed the same instance because nobody changes it. Strings, primitive types and sealed types marked
    /// <c>[ImmutableObject(true)]</c> are always shared; other values are deserialised for each caller.
    /// </summary>
    public bool ShareInstances { get; set; }

    /// <summary>Raise it when what a value means changes though its type does not: older values count as missing.</summary>
    /// <value>1.</value>
    public int Version { get; set; } = 1;
}
