using Platform.Redis.Fallback;

namespace Platform.Redis;

/// <summary>
/// How a service uses Redis; the section <c>Redis</c>. Where Redis is comes from <c>ConnectionStrings:{name}</c>, else
/// <c>REDIS_URL</c> or <c>REDIS_URI</c>, else <c>REDIS_HOST</c> and its companions. Checked when the application starts.
/// </summary>
public sealed class RedisOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Redis";

    /// <summary>The logical database. Overrides the one that the connection string names.</summary>
    /// <value>The connection string's, else 0.</value>
    public int? Database { get; set; }

    /// <summary>How many logical databases the server has: its setting <c>databases</c>.</summary>
    /// <value>16.</value>
    public int DatabaseCount { get; set; } = 16;

    /// <summary>What keeps services apart.</summary>
    /// <value><see cref="RedisIsolation.Database"/>.</value>
    public RedisIsolation Isolation { get; set; }

    /// <summary>
    /// Stands in front of the service's own prefix, for tests and for installations that share one server. A colon is added where it
    /// does not end with one.
    /// </summary>
    /// <value>None.</value>
    public string? KeyPrefix { get; set; }

    /// <summary>The longest that any operation may take before its caller hears that Redis is unavailable.</summary>
    /// <value>500 ms.</value>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that one attempt to connect may take. Callers never wait for it; <see cref="OperationTimeout"/> bounds them.</summary>
    /// <value>5 s.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The budget of one health probe.</summary>
    /// <value>250 ms.</value>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many failures in a row open the breaker.</summary>
    /// <value>3.</value>
    public int BreakerThreshold { get; set; } = 3;

    /// <summary>The first wait between two probes while the breaker is open. It grows to <see cref="BreakerProbeIntervalMax"/>.</summary>
    /// <value>250 ms.</value>
    public TimeSpan BreakerProbeInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two probes while the breaker is open.</summary>
    /// <value>1 s.</value>
    public TimeSpan BreakerProbeIntervalMax { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What capabilities that need shared state do while Redis is away. <see cref="RedisFallback.Memory"/> is refused outside Development.
    /// </summary>
    /// <value><see cref="RedisFallback.None"/>.</value>
    public RedisFallback Fallback { get; set; }

    /// <summary>The most entries that one capability accepts in memory while Redis is away.</summary>
    /// <value>10,000.</value>
    public int FallbackEntries { get; set; } = 10_000;

    /// <summary>The most bytes that one capability accepts in memory while Redis is away.</summary>
    /// <value>16 MiB.</value>
    public long FallbackBytes { get; set; } = 16 * 1024 * 1024;
}
