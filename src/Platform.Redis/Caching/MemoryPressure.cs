using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Health;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>Whether Redis is so full that its memory is left to state. Asked only by who wants to write, at most once per second.</summary>
internal sealed class MemoryPressure(RedisStore store, IOptions<CachingOptions> options, CacheClock clock, ILogger<MemoryPressure> logger)
{
    private const long Interval = 1000;

    private long _askedAt = long.MinValue / 2;
    private int _high;

    /// <summary><see cref="IsHigh"/> changed.</summary>
    public event Action? Changed;

    /// <summary>As last heard.</summary>
    public bool IsHigh => Volatile.Read(ref _high) != 0;

    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async ValueTask<bool> IsHighAsync(CancellationToken cancellationToken)
    {
        var asked = Volatile.Read(ref _askedAt);
        var now = clock.Now;
        if (now - asked < Interval || Interlocked.CompareExchange(ref _askedAt, now, asked) != asked)
        {
            return IsHigh;
        }

        try
        {
            var used = await store.ExecuteAsync("cache.memory", static database => UsedAsync(database), cancellationToken).ConfigureAwait(false);
            Set(used >= options.Value.MemoryPressure);
        }
        catch (RedisServerException)
        {
            // INFO is not permitted: a write that finds no memory says so.
        }

        return IsHigh;
    }

    /// <summary>A write was refused for want of memory.</summary>
    public void Refused()
    {
        Volatile.Write(ref _askedAt, clock.Now);
        Set(true);
    }

    private void Set(bool high)
    {
        if (Interlocked.Exchange(ref _high, high ? 1 : 0) == (high ? 1 : 0))
        {
            return;
        }

        if (high)
        {
            logger.MemoryHigh(options.Value.MemoryPressure);
        }
        else
        {
            logger.MemoryNormal();
        }

        Changed?.Invoke();
    }

    /// <summary>The fullest of the primaries; zero where there is no limit.</summary>
    private static async Task<double> UsedAsync(IDatabase database)
    {
        var replies = database.Multiplexer.GetServers()
            .Where(server => server is { IsConnected: true, IsReplica: false })
            .Select(server => server.ExecuteAsync("INFO", "memory"))
            .ToList();
        var fullest = 0d;
        foreach (var reply in replies)
        {
            var facts = new ServerFacts(ServerFacts.ParseInfo((string?)await reply.ConfigureAwait(false) ?? ""), null);
            if (facts.Number("maxmemory") is { } limit and > 0 && facts.Number("used_memory") is { } used)
            {
                fullest = Math.Max(fullest, (double)used / limit);
            }
        }

        return fullest;
    }
}
