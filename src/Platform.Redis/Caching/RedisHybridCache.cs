using System.Runtime.CompilerServices;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// The cache. A hit in memory completes at once, without allocating; a hit in Redis is one GET; a value that nobody has is computed once in
/// the cluster (<see cref="EntryComputation"/>).
/// </summary>
internal sealed class RedisHybridCache(
    MemoryTier memory, RedisTier redis, EntryReader reader, EntryComputation computation, FactoryFlights flights, CacheNamespaceTable namespaces,
    CacheGenerations generations, CacheChanges changes, KeyStripes stripes, CacheClock clock, IOptions<CachingOptions> options) : HybridCache
{
    private const int RemovalPage = 500;

    private readonly int _longestKey = options.Value.MaximumKeyLength;

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
    {
        if (memory.TryGet(key, out var entry) && TryHit<T>(entry, options, out var hit) && !cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<T>(hit.Read());
        }

        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(factory);
        if (key.Length > _longestKey)
        {
            return factory(state, cancellationToken);
        }

        var call = new CacheCall(namespaces.Of(key), options);
        return (entry is null || !call.ReadsMemory) && call.ReadsRedis && !redis.IsAway && !flights.IsUnderWay<T>(key)
            && reader.Begin(key, call) is { } lookup
            ? AskRedisAsync(lookup, state, factory, tags, cancellationToken)
            : MissAsync(key, entry as MemoryEntry<T>, state, factory, call, tags, null, default, cancellationToken);
    }

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
        memory.TryGet(key, out var entry) && TryHit<T>(entry, options, out var hit) && !cancellationToken.IsCancellationRequested
            ? new ValueTask<T>(hit.Read())
            : GetOrCreateAsync(key.ToString(), state, factory, options, tags, cancellationToken);

    public override async ValueTask SetAsync<T>(
        string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > _longestKey)
        {
            return;
        }

        var call = new CacheCall(namespaces.Of(key), options);
        var stripe = KeyStripes.Of(key);
        stripes.Raise(stripe);
        await computation.SetAsync(key, value, call, tags, cancellationToken).ConfigureAwait(false);
        if (call.WritesRedis)
        {
            await changes.RemovedAsync(new[] { stripe }, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return RemoveAsync([key], cancellationToken);
    }

    public override async ValueTask RemoveAsync(IEnumerable<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var page in keys.Where(key => !string.IsNullOrEmpty(key) && key.Length <= _longestKey).Chunk(RemovalPage))
        {
            await RemovePageAsync(page, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return new ValueTask(RaiseAsync(tag == "*" ? generations.Everything : generations.OfTag(tag), cancellationToken));
    }

    /// <summary>Ends all entries of a namespace.</summary>
    public Task ClearAsync(CacheNamespace space, CancellationToken cancellationToken) => RaiseAsync(space.Generation, cancellationToken);

    private async Task RemovePageAsync(string[] keys, CancellationToken cancellationToken)
    {
        var removed = Array.ConvertAll(keys, key => KeyStripes.Of(key));
        foreach (var (key, stripe) in keys.Zip(removed))
        {
            stripes.Raise(stripe);
            memory.Remove(key);
        }

        var entryKeys = new List<byte[]>(keys.Length);
        foreach (var key in keys)
        {
            entryKeys.Add((await redis.KeyingAsync(namespaces.Of(key), cancellationToken).ConfigureAwait(false)).EntryKey(key));
        }

        await redis.RemoveAsync(entryKeys, cancellationToken).ConfigureAwait(false);

        // Once more: a read that Redis answered before the removal may have begun after the first.
        Array.ForEach(removed, stripe => stripes.Raise(stripe));
        await changes.RemovedAsync(removed, cancellationToken).ConfigureAwait(false);
    }

    private async Task RaiseAsync(GenerationState generation, CancellationToken cancellationToken)
    {
        var value = await generations.RaiseAsync(generation, cancellationToken).ConfigureAwait(false);
        await changes.RaisedAsync(generation.Id, value, cancellationToken).ConfigureAwait(false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryHit<T>(MemoryEntry entry, HybridCacheEntryOptions? options, out MemoryEntry<T> hit)
    {
        hit = (entry as MemoryEntry<T>)!;
        if (hit is null || clock.Now >= hit.Times.RefreshAt || !hit.Holds
            || (options?.Flags is { } flags && (flags & HybridCacheEntryFlags.DisableLocalCacheRead) != 0))
        {
            return false;
        }

        hit.Use();
        hit.Namespace.Counters.MemoryHit();
        return true;
    }

    /// <summary>A value that memory does not have, and Redis probably does. What else it may come to is left to <see cref="MissAsync"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> AskRedisAsync<TState, T>(
        EntryLookup lookup, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, IEnumerable<string>? tags,
        CancellationToken cancellationToken)
    {
        RedisValue? stored;
        try
        {
            stored = await redis.ReadAsync(lookup.EntryKey, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // Not ours, or damaged: the next value takes its place.
            stored = RedisValue.Null;
        }
        catch (RedisUnavailableException)
        {
            // There is no reply.
            stored = null;
        }

        if (stored is { } reply && reader.TryReadFresh<T>(lookup, reply, out var value))
        {
            lookup.Call.Namespace.Counters.RedisHit();
            return value;
        }

        return await MissAsync(lookup.Key, null, state, factory, lookup.Call, tags, lookup, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="asked">What Redis was asked already, if it was.</param>
    /// <param name="stored">Its reply; null where it gave none.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> MissAsync<TState, T>(
        string key, MemoryEntry<T>? known, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CacheCall call,
        IEnumerable<string>? tags, EntryLookup? asked, RedisValue? stored, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counters = call.Namespace.Counters;
        var now = clock.Now;
        var fallback = known is { Holds: true } && call.ReadsMemory && now < known.Times.StaleUntil ? known : null;
        if (fallback is not null && now < fallback.Times.LocalUntil)
        {
            counters.MemoryHit();
            fallback.Use();
            if (call.MayCompute && fallback.TryBeginRefresh())
            {
                Refresh(key, state, factory, call, tags, fallback);
            }

            return fallback.Read();
        }

        var away = asked is null ? redis.IsAway : stored is null;
        Reading<T>? looked = null;
        if (call.ReadsRedis && !away && !(fallback is not null && call.Options.StaleFor > TimeSpan.Zero)
            && (asked is not null || !flights.IsUnderWay<T>(key)))
        {
            try
            {
                var reading = asked is not null && stored is { } reply
                    ? await reader.ReadAsync(key, reply, new Reading<T>(asked.EntryKey, asked.Context, reply), call, cancellationToken)
                        .ConfigureAwait(false)
                    : await reader.ReadAsync<T>(key, call, cancellationToken).ConfigureAwait(false);
                if (reading.IsFresh)
                {
                    counters.RedisHit();
                    if (reading.Entry is { } entry && call.MayCompute && now >= reading.RefreshAt && entry.TryBeginRefresh())
                    {
                        Refresh(key, state, factory, call, tags, entry);
                    }

                    return reading.Value!;
                }

                fallback = reading.Entry ?? fallback;
                looked = reading;
            }
            catch (RedisUnavailableException)
            {
                away = true;
            }
        }

        return await ComputeAsync(key, state, factory, call, tags, looked, fallback, away, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<T> ComputeAsync<TState, T>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CacheCall call, IEnumerable<string>? tags,
        Reading<T>? looked, MemoryEntry<T>? fallback, bool away, CancellationToken cancellationToken)
    {
        var counters = call.Namespace.Counters;
        if (!call.MayCompute)
        {
            counters.Missed();
            return default!;
        }

        var begun = flights.JoinOrStart<T>(
            key, cancel => computation.RunAsync(key, token => factory(state, token), call, tags, looked, fallback, cancel), out var flight);
        if (fallback is not null && (away || !begun))
        {
            flight.Keep();
            flight.Leave();
            counters.ServedStale();
            return fallback.Read();
        }

        counters.Missed();
        try
        {
            var entry = fallback is null
                ? await flight.Result.WaitAsync(cancellationToken).ConfigureAwait(false)
                : await flight.Result.WaitAsync(call.Options.FactorySoftTimeout, cancellationToken).ConfigureAwait(false);
            return entry.Read();
        }
        catch (Exception) when (fallback is not null && !cancellationToken.IsCancellationRequested)
        {
            // Slow or failed. A slow one goes on, and its value serves the next.
            flight.Keep();
            counters.ServedStale();
            return fallback.Read();
        }
        finally
        {
            flight.Leave();
        }
    }

    private void Refresh<TState, T>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CacheCall call, IEnumerable<string>? tags, MemoryEntry<T> entry)
    {
        flights.JoinOrStart<T>(
            key, cancel => computation.RunAsync(key, token => factory(state, token), call, tags, null, entry, cancel), out var flight);
        flight.Keep();
        flight.Leave();
    }
}
