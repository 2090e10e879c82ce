using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Resilience;

namespace Platform.Redis.Caching;

/// <summary>
/// Has a value computed: by one process of the cluster, under a lease that it renews while the factory runs; the others take the stale value,
/// or wait for the new one, and take over where the holder died. Without Redis each process computes for itself, a bounded number at once.
/// </summary>
internal sealed class EntryComputation(
    RedisTier redis, MemoryTier memory, EntryReader reader, EntryFormat format, CacheCodecs codecs, CacheGenerations generations,
    KeyStripes stripes, MemoryPressure pressure, CacheClock clock, CacheMetrics metrics, IOptions<CachingOptions> options, ILogger<EntryComputation> logger)
    : IDisposable
{
    // How long a stale value answers, after its factory failed, before the factory is tried again.
    private const long RetryAfterFailure = 1000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _withoutRedis = new(options.Value.FactoriesWithoutRedis);
    private readonly AsyncLocal<bool> _inside = new();

    public void Dispose() => _withoutRedis.Dispose();

    /// <summary>Runs the factory, here or elsewhere.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="work">The factory and what it is called with.</param>
    /// <param name="call">What the caller asked for.</param>
    /// <param name="tags">The tags of a new value.</param>
    /// <param name="looked">What the caller has read already.</param>
    /// <param name="fallback">A value that answers where a new one cannot be had.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task<MemoryEntry<T>> RunAsync<T>(
        string key, Func<CancellationToken, ValueTask<T>> work, CacheCall call, IEnumerable<string>? tags, Reading<T>? looked, MemoryEntry<T>? fallback,
        CancellationToken cancellationToken)
    {
        try
        {
            var entry = await RunOnceAsync(key, work, call, tags, looked, fallback, cancellationToken).ConfigureAwait(false);
            if (call.Namespace.StopFailing())
            {
                logger.FactoryWorks(call.Namespace.Name);
            }

            return entry;
        }
        catch (Exception exception) when (fallback is not null && !cancellationToken.IsCancellationRequested)
        {
            if (call.Namespace.StartFailing())
            {
                logger.FactoryFailing(call.Namespace.Name, exception);
            }

            memory.Put(fallback.Until(stripes, clock.Now + RetryAfterFailure));
            throw;
        }
    }

    /// <summary>Stores a value, whoever is computing another.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses. The value is in this process's memory all the same.</exception>
    public async Task SetAsync<T>(string key, T value, CacheCall call, IEnumerable<string>? tags, CancellationToken cancellationToken)
    {
        var stamps = StampsOf(tags);
        var context = ContextOf(key, call, stamps);
        if (Encode(key, value, call, context, null) is not { } local)
        {
            memory.Remove(key);
            return;
        }

        Remember(local.Entry, call);
        if (!call.WritesRedis)
        {
            return;
        }

        var keying = await redis.KeyingAsync(call.Namespace, cancellationToken).ConfigureAwait(false);
        await generations.LoadAsync(stamps?.Select(stamp => stamp.Tag) ?? [], cancellationToken).ConfigureAwait(false);
        var entryKey = keying.EntryKey(key);
        var encoded = Encode(key, value, call, ContextOf(key, call, StampsOf(tags)), entryKey)!.Value;
        if (await pressure.IsHighAsync(cancellationToken).ConfigureAwait(false))
        {
            // What is there now would be older than what the caller set.
            await redis.RemoveAsync([entryKey], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await redis.StoreAsync(entryKey, null, encoded.Bytes, LifeOf(encoded.Entry), cancellationToken).ConfigureAwait(false);
            call.Namespace.Counters.Stored(encoded.Bytes.Length);
        }

        Remember(encoded.Entry, call);
    }

    private async Task<MemoryEntry<T>> RunOnceAsync<T>(
        string key, Func<CancellationToken, ValueTask<T>> work, CacheCall call, IEnumerable<string>? tags, Reading<T>? looked, MemoryEntry<T>? fallback,
        CancellationToken cancellationToken)
    {
        if (call is not { ReadsRedis: true, WritesRedis: true })
        {
            return await AloneAsync(key, work, call, tags, bounded: false, cancellationToken).ConfigureAwait(false);
        }

        var claim = await TryClaimAsync(key, call, tags, looked, fallback, cancellationToken).ConfigureAwait(false);
        return claim switch
        {
            { Entry: { } entry } => entry,
            { Token: { } token } => await UnderLeaseAsync(key, work, call, claim.EntryKey, token, claim.Context, cancellationToken).ConfigureAwait(false),
            _ => await AloneAsync(key, work, call, tags, bounded: true, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Nothing where Redis is away or full.</summary>
    private async Task<Claim<T>> TryClaimAsync<T>(
        string key, CacheCall call, IEnumerable<string>? tags, Reading<T>? looked, MemoryEntry<T>? fallback, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                return await ClaimAsync(key, call, tags, looked, fallback, cancellationToken).ConfigureAwait(false);
            }
            catch (RedisUnavailableException exception)
            {
                // One slow reply is no outage, and what it was about must not be computed twice.
                if (redis.IsAway || exception.Reason == RedisUnavailableReason.OutOfMemory)
                {
                    break;
                }

                looked = null;
            }
        }

        return default;
    }

    private async Task<Claim<T>> ClaimAsync<T>(
        string key, CacheCall call, IEnumerable<string>? tags, Reading<T>? looked, MemoryEntry<T>? fallback, CancellationToken cancellationToken)
    {
        var deadline = clock.Now + (long)call.Options.FactoryHardTimeout.TotalMilliseconds;
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var pause = FirstPause;
        var reading = looked ?? await reader.ReadAsync<T>(key, call, cancellationToken).ConfigureAwait(false);
        var stamps = StampsOf(tags);
        if (stamps is not null)
        {
            await generations.LoadAsync(stamps.Select(stamp => stamp.Tag), cancellationToken).ConfigureAwait(false);
            stamps = StampsOf(tags);
        }

        while (true)
        {
            // Fresh, and not the very value that is to be refreshed.
            if (reading.IsFresh && (fallback?.Stamp != reading.Stamp || clock.Now < reading.RefreshAt))
            {
                return new Claim<T> { Entry = reading.Entry ?? EntryOf(key, reading, call) };
            }

            fallback = reading.Entry ?? fallback;
            if (await pressure.IsHighAsync(cancellationToken).ConfigureAwait(false))
            {
                return default;
            }

            var claim = await redis.AcquireAsync(reading.EntryKey, reading.Seen, token, cancellationToken).ConfigureAwait(false);
            if (claim.Acquired)
            {
                return new Claim<T> { Token = token, EntryKey = reading.EntryKey, Context = reading.Context with { Tags = stamps } };
            }

            if (!claim.Stored.IsNull)
            {
                reading = await reader.ReadAsync(key, claim.Stored, reading, call, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (fallback is not null)
            {
                return new Claim<T> { Entry = fallback };
            }

            if (clock.Now >= deadline)
            {
                throw new TimeoutException($"Another process computed a value of cache namespace '{call.Namespace.Name}' for longer than its FactoryHardTimeout.");
            }

            await redis.WaitAsync(reading.EntryKey, claim.HeldFor < pause ? claim.HeldFor : pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    private async Task<MemoryEntry<T>> UnderLeaseAsync<T>(
        string key, Func<CancellationToken, ValueTask<T>> work, CacheCall call, byte[] entryKey, string token, CacheContext context,
        CancellationToken cancellationToken)
    {
        var kept = false;
        using var holding = new CancellationTokenSource();
        try
        {
            var hold = redis.HoldAsync(entryKey, token, holding.Token);
            var value = await ComputeAsync(work, call, cancellationToken).ConfigureAwait(false);
            if (Encode(key, value, call, context, entryKey) is not { } encoded)
            {
                return Unkept(key, value, context);
            }

            kept = await StoreAsync(entryKey, token, encoded, call).ConfigureAwait(false);
            if (kept)
            {
                Remember(encoded.Entry, call);
            }

            return encoded.Entry;
        }
        finally
        {
            await holding.CancelAsync().ConfigureAwait(false);
            if (!kept)
            {
                redis.ReleaseAsync(entryKey, token).Abandon();
            }
        }
    }

    /// <summary>Whether the value may be kept: it was stored, or Redis could not be asked. Not where the lease was lost.</summary>
    private async Task<bool> StoreAsync<T>(byte[] entryKey, string token, Encoded<T> encoded, CacheCall call)
    {
        try
        {
            var stored = await redis.StoreAsync(entryKey, token, encoded.Bytes, LifeOf(encoded.Entry), CancellationToken.None).ConfigureAwait(false);
            if (stored)
            {
                call.Namespace.Counters.Stored(encoded.Bytes.Length);
            }

            return stored;
        }
        catch (RedisUnavailableException exception)
        {
            if (exception.Reason == RedisUnavailableReason.OutOfMemory)
            {
                pressure.Refused();
            }

            return true;
        }
    }

    private async Task<MemoryEntry<T>> AloneAsync<T>(
        string key, Func<CancellationToken, ValueTask<T>> work, CacheCall call, IEnumerable<string>? tags, bool bounded, CancellationToken cancellationToken)
    {
        // A factory that asks the cache for another value has its place already.
        bounded &= !_inside.Value;
        if (bounded && !await _withoutRedis.WaitAsync(call.Options.FactoryHardTimeout, cancellationToken).ConfigureAwait(false))
        {
            throw new TimeoutException($"Too many values were being computed without Redis to compute one of cache namespace '{call.Namespace.Name}'.");
        }

        try
        {
            _inside.Value |= bounded;
            if (call.ReadsMemory && memory.TryGet(key, out var known) && known is MemoryEntry<T> found && found.Holds && clock.Now < found.Times.RefreshAt)
            {
                return found;
            }

            var context = ContextOf(key, call, StampsOf(tags));
            var value = await ComputeAsync(work, call, cancellationToken).ConfigureAwait(false);
            if (Encode(key, value, call, context, null) is not { } encoded)
            {
                return Unkept(key, value, context);
            }

            Remember(encoded.Entry, call);
            if (call is { ReadsRedis: false, WritesRedis: true })
            {
                await TrySetAsync(key, value, call, tags, cancellationToken).ConfigureAwait(false);
            }

            return encoded.Entry;
        }
        finally
        {
            if (bounded)
            {
                _withoutRedis.Release();
            }
        }
    }

    private async Task TrySetAsync<T>(string key, T value, CacheCall call, IEnumerable<string>? tags, CancellationToken cancellationToken)
    {
        try
        {
            await SetAsync(key, value, call, tags, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // It is in memory.
        }
    }

    private async Task<T> ComputeAsync<T>(Func<CancellationToken, ValueTask<T>> work, CacheCall call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var failed = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(call.Options.FactoryHardTimeout);
        Task<T>? running = null;
        try
        {
            running = work(limit.Token).AsTask();
            var value = await running.WaitAsync(limit.Token).ConfigureAwait(false);
            failed = false;
            return value;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            running?.Abandon();
            throw new TimeoutException($"A value of cache namespace '{call.Namespace.Name}' was not computed within its FactoryHardTimeout.", exception);
        }
        finally
        {
            metrics.FactoryRan(call.Namespace, Stopwatch.GetElapsedTime(started), failed);
        }
    }

    /// <summary>Null where the value cannot be kept, which is logged once per namespace.</summary>
    private Encoded<T>? Encode<T>(string key, T value, CacheCall call, CacheContext context, byte[]? entryKey)
    {
        try
        {
            var codec = codecs.Of<T>();
            var times = call.TimesFrom(clock.Now, value is null);
            var stamp = EntryFormat.NewStamp();
            var (bytes, payload) = format.Write(value, codec, call, times, context.Tags, stamp, entryKey);
            if (payload.Length <= options.Value.MaximumPayloadBytes)
            {
                return new Encoded<T>(bytes, format.Entry(key, value, codec, payload, call, context, times, stamp));
            }

            if (call.Namespace.TellOnce())
            {
                logger.TooLarge(call.Namespace.Name, payload.Length);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (call.Namespace.TellOnce())
            {
                logger.NotSerializable(typeof(T).Name, call.Namespace.Name, exception);
            }
        }

        return null;
    }

    private MemoryEntry<T> EntryOf<T>(string key, Reading<T> reading, CacheCall call) => Encode(key, reading.Value!, call, reading.Context, null)?.Entry
        ?? Unkept(key, reading.Value!, reading.Context);

    /// <summary>For those who wait for it now, and nobody later.</summary>
    private MemoryEntry<T> Unkept<T>(string key, T value, CacheContext context) => new(key, stripes, context, default, 0, 0, value, null, default);

    private void Remember<T>(MemoryEntry<T> entry, CacheCall call)
    {
        if (call.WritesMemory)
        {
            memory.Put(entry);
        }
    }

    private CacheContext ContextOf(string key, CacheCall call, TagStamp[]? tags)
    {
        var stripe = KeyStripes.Of(key);
        return new CacheContext(call.Namespace, call.Namespace.Epoch, stripe, stripes.Version(stripe), tags);
    }

    private TagStamp[]? StampsOf(IEnumerable<string>? tags)
    {
        if (tags is null)
        {
            return null;
        }

        TagStamp[] stamps =
        [
            .. tags.Where(tag => !string.IsNullOrEmpty(tag)).Distinct(StringComparer.Ordinal)
                .Select(generations.OfTag).Select(tag => new TagStamp(tag, tag.Number)),
        ];
        return stamps.Length <= CacheEnvelope.MostTags
            ? stamps.Length == 0 ? null : stamps
            : throw new ArgumentException($"An entry has at most {CacheEnvelope.MostTags} tags, not {stamps.Length}.", nameof(tags));
    }

    private long LifeOf(MemoryEntry entry) => entry.Times.StaleUntil - clock.Now;

    private readonly record struct Encoded<T>(byte[] Bytes, MemoryEntry<T> Entry);

    private readonly record struct Claim<T>(MemoryEntry<T>? Entry, string? Token, byte[] EntryKey, CacheContext Context);
}
