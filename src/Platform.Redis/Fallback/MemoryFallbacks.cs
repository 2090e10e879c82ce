using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Fallback;

/// <summary>Makes the memory in which capabilities accept what Redis cannot take now.</summary>
public sealed class MemoryFallbacks
{
    private readonly RedisStore _redis;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly FallbackMetrics _metrics;
    private readonly ILogger _logger;

    internal MemoryFallbacks(
        RedisStore redis, IOptions<RedisOptions> options, TimeProvider time, FallbackMetrics metrics, ILogger<MemoryFallbacks> logger)
    {
        _redis = redis;
        _options = options.Value;
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Whether new work may be accepted in memory: <see cref="RedisOptions.Fallback"/>.</summary>
    public bool IsEnabled => _options.Fallback == RedisFallback.Memory;

    /// <summary>The memory of one capability. Dispose it with the capability.</summary>
    /// <param name="capability">Its name, from a small closed set: it labels metrics and logs.</param>
    /// <param name="merge">
    /// Puts an entry into Redis, unless Redis has something that it conflicts with. It may run twice where Redis fails in between.
    /// </param>
    public MemoryFallback<TValue> Create<TValue>(string capability, Func<string, TValue, CancellationToken, Task<FallbackOutcome>> merge)
        where TValue : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(capability);
        ArgumentNullException.ThrowIfNull(merge);
        return new MemoryFallback<TValue>(capability, _redis, _options, _time, _metrics, _logger, merge);
    }
}
