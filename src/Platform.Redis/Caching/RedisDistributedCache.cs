using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Platform.Redis.Resilience;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// <see cref="IDistributedCache"/> for what of the framework asks for one. A value is one string, see <see cref="ItemFormat"/>. Without Redis
/// there is nothing to be found; writes throw.
/// </summary>
internal sealed class RedisDistributedCache(RedisStore store, ItemFormat format, MemoryPressure pressure, CacheClock clock) : IBufferDistributedCache
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(1);
    private static readonly RedisScript TouchItem = RedisScript.FromResource(typeof(RedisDistributedCache).Assembly, "TouchItem.lua");

    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        (await ReadAsync(key, token).ConfigureAwait(false))?.ToArray();

    public bool TryGet(string key, IBufferWriter<byte> destination) => TryGetAsync(key, destination).AsTask().GetAwaiter().GetResult();

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await ReadAsync(key, token).ConfigureAwait(false) is not { } payload)
        {
            return false;
        }

        destination.Write(payload.Span);
        return true;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => SetAsync(key, value, options).GetAwaiter().GetResult();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).AsTask().GetAwaiter().GetResult();

    public async ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var now = clock.UnixNow;
        var absolute = AbsoluteEnd(options, now);
        var window = (long)(options.SlidingExpiration?.TotalMilliseconds ?? 0);
        var life = window > 0 ? absolute > 0 ? Math.Min(window, absolute - now) : window
            : absolute > 0 ? absolute - now : (long)DefaultLife.TotalMilliseconds;

        // Where nothing more may be cached, at least nothing older than this stays.
        if (await pressure.IsHighAsync(token).ConfigureAwait(false))
        {
            await RemoveAsync(key, token).ConfigureAwait(false);
            return;
        }

        var at = format.KeyOf(key);
        var bytes = format.Write(at, value, window, absolute);
        await store.ExecuteAsync(
            "cache.item.set", (Key: at, Bytes: bytes, Life: TimeSpan.FromMilliseconds(Math.Max(1, life))),
            static (database, call) => database.StringSetAsync(call.Key, call.Bytes, call.Life), token).ConfigureAwait(false);
    }

    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        try
        {
            var at = format.KeyOf(key);
            var header = await store.ExecuteAsync(
                "cache.item.refresh", at, static (database, key) => database.StringGetRangeAsync(key, 0, ItemFormat.HeaderLength - 1), token)
                .ConfigureAwait(false);
            if (format.TryReadTimes(((ReadOnlyMemory<byte>)header).Span, out var window, out var absolute))
            {
                await TouchAsync(at, window, absolute, token).ConfigureAwait(false);
            }
        }
        catch (RedisUnavailableException)
        {
            // It lives as long as it would have.
        }
    }

    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    public Task RemoveAsync(string key, CancellationToken token = default) =>
        store.ExecuteAsync("cache.item.remove", format.KeyOf(key), static (database, key) => database.KeyDeleteAsync(key), token);

    private static long AbsoluteEnd(DistributedCacheEntryOptions options, long now)
    {
        if (options.AbsoluteExpirationRelativeToNow is { } life)
        {
            return now + (long)life.TotalMilliseconds;
        }

        return options.AbsoluteExpiration is not { } end ? 0
            : end.ToUnixTimeMilliseconds() is var absolute && absolute > now ? absolute
            : throw new ArgumentOutOfRangeException(nameof(options), "AbsoluteExpiration lies in the past.");
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken token)
    {
        try
        {
            var at = format.KeyOf(key);
            var stored = (ReadOnlyMemory<byte>)await store.ExecuteAsync(
                "cache.item.read", at, static (database, key) => database.StringGetAsync(key), token).ConfigureAwait(false);
            if (!format.TryReadTimes(stored.Span, out var window, out var absolute) || !format.TryReadValue(at, stored, out var value))
            {
                return null;
            }

            await TouchAsync(at, window, absolute, token).ConfigureAwait(false);
            return value;
        }
        catch (RedisUnavailableException)
        {
            return null;
        }
        catch (RedisServerException exception) when (RedisFailure.IsWrongType(exception))
        {
            return null;
        }
    }

    private Task TouchAsync(RedisKey at, long window, long absolute, CancellationToken token) =>
        window > 0 ? store.EvaluateAsync(TouchItem, [at], [window, absolute], token) : Task.CompletedTask;
}
