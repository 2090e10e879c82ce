using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using Platform.Redis.Scripting;
using Platform.Redis.Sealing;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>The second tier: entries in Redis, and the leases under which they are computed. Everything here throws where Redis is away.</summary>
internal sealed class RedisTier(
    RedisStore store, EventStreams events, Keyspace keyspace, CacheGenerations generations, CacheChanges changes, IServiceProvider services,
    IOptions<CachingOptions> options)
{
    private const string ReadName = "cache.read";

    /// <summary>In ms. After a longer outage its lease ends it.</summary>
    private const long LongestGiveBack = 60_000;

    /// <summary>At once; those of more end by themselves.</summary>
    private const int MostGiveBacks = 1_000;

    private static readonly TimeSpan GiveBackPause = TimeSpan.FromMilliseconds(100);

    private static readonly RedisScript AcquireFactory = RedisScript.FromResource(typeof(RedisTier).Assembly, "AcquireFactory.lua");
    private static readonly RedisScript RenewFactory = RedisScript.FromResource(typeof(RedisTier).Assembly, "RenewFactory.lua");
    private static readonly RedisScript ReleaseFactory = RedisScript.FromResource(typeof(RedisTier).Assembly, "ReleaseFactory.lua");
    private static readonly RedisScript StoreEntry = RedisScript.FromResource(typeof(RedisTier).Assembly, "StoreEntry.lua");

    private readonly long _lease = (long)options.Value.LeaseDuration.TotalMilliseconds;
    private int _giveBacks;

    /// <summary>Whether it is known that Redis cannot be asked.</summary>
    public bool IsAway => store.State != RedisBreakerState.Closed;

    /// <summary>How often a holder gives a sign.</summary>
    public TimeSpan RenewInterval => options.Value.LeaseDuration / 3;

    /// <summary>Makes the keys of a namespace in its generation of now.</summary>
    public async ValueTask<CacheKeying> KeyingAsync(CacheNamespace space, CancellationToken cancellationToken)
    {
        if (space.Keying is { } known)
        {
            return known;
        }

        await changes.BegunAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await generations.LoadAsync([generations.Everything, space.Generation], cancellationToken).ConfigureAwait(false);

        // The epoch first: a generation that rises meanwhile makes this one out of date, not wrong.
        var epoch = space.Epoch;
        var keying = new CacheKeying(keyspace, Hash(space), epoch);
        space.Use(keying);
        return keying;
    }

    /// <summary>What is stored, or nothing. What is no string is nothing.</summary>
    public Task<RedisValue> ReadAsync(byte[] entryKey, CancellationToken cancellationToken) =>
        store.ExecuteAsync(ReadName, entryKey, static (database, key) => database.StringGetAsync(key), cancellationToken);

    /// <summary>The same with the reply handed to a receiver. False where nothing was sent.</summary>
    public bool TryRead(byte[] entryKey, IReadReceiver receiver, CancellationToken cancellationToken) =>
        store.TryRead(ReadName, entryKey, receiver, cancellationToken);

    /// <summary>Asks to be the one who computes.</summary>
    public async Task<FactoryClaim> AcquireAsync(byte[] entryKey, RedisValue seen, string token, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [seen, token, _lease, CacheEnvelope.StampStart, CacheEnvelope.StampEnd];
        RedisResult[] reply;
        try
        {
            reply = (RedisResult[])(await store.EvaluateAsync(
                AcquireFactory, [entryKey, CacheKeying.LeaseKey(entryKey)], arguments, cancellationToken).ConfigureAwait(false))!;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RedisUnavailableException { OutcomeUnknown: true })
        {
            // It may be held for nobody, and the next callers would wait for its end.
            GiveBackAsync(entryKey, token).Abandon();
            throw;
        }

        return (int)reply[0] switch
        {
            1 => new FactoryClaim(true, default, default),
            2 => new FactoryClaim(false, (RedisValue)reply[1], default),
            _ => new FactoryClaim(false, default, TimeSpan.FromMilliseconds(Math.Max(1, (long)reply[1]))),
        };
    }

    /// <summary>Stores, if the token still holds the lease; null stores whoever holds it.</summary>
    public async Task<bool> StoreAsync(byte[] entryKey, string? token, byte[] bytes, long lifeMilliseconds, CancellationToken cancellationToken) =>
        (int)await store.EvaluateAsync(
            StoreEntry, [entryKey, CacheKeying.LeaseKey(entryKey)], [token ?? "", bytes, Math.Max(1, lifeMilliseconds), events.WakeChannel], cancellationToken)
            .ConfigureAwait(false) == 1;

    public Task ReleaseAsync(byte[] entryKey, string token) => store.EvaluateAsync(
        ReleaseFactory, [entryKey, CacheKeying.LeaseKey(entryKey)], [token, events.WakeChannel], CancellationToken.None);

    /// <summary>Removes entries, and ends the leases under which they are being computed.</summary>
    public Task RemoveAsync(IReadOnlyList<byte[]> entryKeys, CancellationToken cancellationToken) => store.ExecuteAsync(
        "cache.remove", entryKeys,
        static async (database, keys) =>
        {
            // One slot at a time, all sent together.
            await Task.WhenAll(keys.Select(key => database.KeyDeleteAsync([key, CacheKeying.LeaseKey(key)]))).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Keeps the lease until it is cancelled. A lease that is lost is noticed when the entry is stored.</summary>
    public async Task HoldAsync(byte[] entryKey, string token, CancellationToken cancellationToken)
    {
        var lease = CacheKeying.LeaseKey(entryKey);
        while (true)
        {
            await Task.Delay(RenewInterval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await store.EvaluateAsync(RenewFactory, [lease], [token, _lease], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisUnavailableException or OperationCanceledException)
            {
                // Tried again after the interval, for as long as the factory runs.
            }
        }
    }

    /// <summary>Waits until the entry was stored or its lease given back, at the latest for a time.</summary>
    public async Task WaitAsync(byte[] entryKey, TimeSpan longest, CancellationToken cancellationToken)
    {
        var signal = new WakeSignal();
        using var listening = events.OnWake(entryKey, signal.Set);
        await signal.WaitAsync(longest, TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    private async Task GiveBackAsync(byte[] entryKey, string token)
    {
        try
        {
            if (Interlocked.Increment(ref _giveBacks) <= MostGiveBacks)
            {
                await ReleaseInTheEndAsync(entryKey, token).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _giveBacks);
        }
    }

    private async Task ReleaseInTheEndAsync(byte[] entryKey, string token)
    {
        for (var began = Environment.TickCount64; Environment.TickCount64 - began < LongestGiveBack;)
        {
            try
            {
                await ReleaseAsync(entryKey, token).ConfigureAwait(false);
                return;
            }
            catch (RedisUnavailableException)
            {
                // A paused Redis carries out what was sent to it when it goes on.
                await Task.Delay(GiveBackPause).ConfigureAwait(false);
            }
        }
    }

    private SipHash Hash(CacheNamespace space)
    {
        var everything = generations.Everything.Current;
        var own = space.Generation.Current;
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{everything?.Number} {everything?.Salt} {own?.Number} {own?.Salt} {space.Name}"), key);
        if (space.Options.Sensitive)
        {
            // Whoever reads Redis reads the salts too; without the secret, keys cannot be guessed and compared.
            var secret = services.GetRequiredService<IOptions<SealingOptions>>().Value.Key;
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), key, key.ToArray(), "platform.cache.keys"u8);
        }

        return new SipHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]));
    }
}

/// <summary>Whether the caller computes; else the entry that was stored meanwhile; else how long another is still believed to compute.</summary>
internal readonly record struct FactoryClaim(bool Acquired, RedisValue Stored, TimeSpan HeldFor);
