using System.Runtime.CompilerServices;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;

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
        MemoryEntry? entry = null;
        if (ReadsMemory(options) && memory.TryGet(key, out entry) && TryHit<T>(entry, out var hit) && !cancellationToken.IsCancellationRequested)
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
        return entry is null && call.ReadsRedis && !flights.IsUnderWay<T>(key)
            && EntryRead<TState, T>.TryBegin(this, reader, key, call, state, factory, tags, cancellationToken, out var value)
            ? value
            : MissAsync(key, entry as MemoryEntry<T>, state, factory, call, tags, null, redis.IsAway, cancellationToken);
    }

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
        ReadsMemory(options) && memory.TryGet(key, out var entry) && TryHit<T>(entry, out var hit) && !cancellationToken.IsCancellationRequested
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

    private static bool ReadsMemory(HybridCacheEntryOptions? options) =>
        options?.Flags is not { } flags || (flags & HybridCacheEntryFlags.DisableLocalCacheRead) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryHit<T>(MemoryEntry entry, out MemoryEntry<T> hit)
    {
        hit = (entry as MemoryEntry<T>)!;
        if (hit is null || clock.Now >= hit.Times.RefreshAt || !hit.Holds)
        {
            return false;
        }

        hit.Use();
        hit.Namespace.Counters.MemoryHit();
        return true;
    }

    /// <param name="key">The caller's key.</param>
    /// <param name="known">What memory has, which no longer is a plain hit.</param>
    /// <param name="state">What the factory needs.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="call">Who asks.</param>
    /// <param name="tags">What the value is to be tagged with.</param>
    /// <param name="asked">What Redis replied, where it was asked already.</param>
    /// <param name="away">Whether Redis gives no reply.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<T> MissAsync<TState, T>(
        string key, MemoryEntry<T>? known, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CacheCall call,
        IEnumerable<string>? tags, Reading<T>? asked, bool away, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counters = call.Namespace.Counters;
        var now = clock.Now;
        var fallback = known is { Holds: true } && now < known.Times.StaleUntil ? known : null;
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

        Reading<T>? looked = null;
        if (call.ReadsRedis && !away && !(fallback is not null && call.Options.StaleFor > TimeSpan.Zero)
            && (asked is not null || !flights.IsUnderWay<T>(key)))
        {
            try
            {
                var reading = asked is { } reply
                    ? await reader.ReadAsync(key, reply.Stored, reply, call, cancellationToken).ConfigureAwait(false)
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
