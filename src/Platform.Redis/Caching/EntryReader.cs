using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>Looks entries up in Redis.</summary>
internal sealed class EntryReader(
    RedisTier redis, EntryFormat format, CacheCodecs codecs, CacheGenerations generations, MemoryTier memory, KeyStripes stripes, CacheClock clock)
{
    /// <summary>One GET, and the value made from its reply. A fresh one is put into the memory tier.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Reading<T>> ReadAsync<T>(string key, CacheCall call, CancellationToken cancellationToken)
    {
        var space = call.Namespace;
        var keying = space.Keying ?? await redis.KeyingAsync(space, cancellationToken).ConfigureAwait(false);
        var context = ContextOf(key, space, keying);
        var entryKey = keying.EntryKey(key);
        RedisValue stored;
        try
        {
            stored = await redis.ReadAsync(entryKey, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (RedisFailure.IsWrongType(exception))
        {
            // Not ours, or damaged: the next value takes its place.
            stored = RedisValue.Null;
        }

        return Parse<T>(key, stored, entryKey, call, context, out var tagged) is { } reading
            ? reading
            : await ParseTaggedAsync<T>(key, tagged, stored, entryKey, call, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What must be unchanged for a reply to hold: to be captured before it is asked for.</summary>
    public CacheContext ContextOf(string key, CacheNamespace space, CacheKeying keying)
    {
        var stripe = KeyStripes.Of(key);
        return new CacheContext(space, keying.Epoch, stripe, stripes.Version(stripe), null);
    }

    /// <summary>Sends a GET whose reply goes to a receiver. False where it has to be asked for with <see cref="ReadAsync{T}(string, CacheCall, CancellationToken)"/>.</summary>
    public bool TrySend(byte[] entryKey, IReadReceiver receiver, CancellationToken cancellationToken) =>
        redis.TryRead(entryKey, receiver, cancellationToken);

    /// <summary>The value of a reply that needs nothing but to be deserialised: fresh, without tags, and not for the memory tier.</summary>
    public bool TryReadFresh<T>(CacheCall call, RedisValue stored, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (call.WritesMemory || stored.IsNull)
        {
            return false;
        }

        if (!codecs.TryOf<T>(out var codec) || !format.TryReadFresh((ReadOnlyMemory<byte>)stored, codec, call, out var payload))
        {
            return false;
        }

        try
        {
            value = codec.Deserialize(payload);
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Written by something else than what reads it: missing, and written anew.
            return false;
        }
    }

    /// <summary>The same for an entry that came with another reply.</summary>
    public async ValueTask<Reading<T>> ReadAsync<T>(
        string key, RedisValue stored, Reading<T> before, CacheCall call, CancellationToken cancellationToken)
    {
        var context = before.Context with { Tags = null };
        return Parse<T>(key, stored, before.EntryKey, call, context, out var tagged)
            ?? await ParseTaggedAsync<T>(key, tagged, stored, before.EntryKey, call, context, cancellationToken).ConfigureAwait(false);
    }

    private Reading<T>? Parse<T>(string key, RedisValue stored, byte[] entryKey, CacheCall call, CacheContext context, out ReadEntry tagged)
    {
        var none = new Reading<T>(entryKey, context, stored);
        tagged = default;
        if (stored.IsNull || !codecs.TryOf<T>(out var codec) || !format.TryRead((ReadOnlyMemory<byte>)stored, entryKey, codec, call, out var read))
        {
            return none;
        }

        if (read.Tags > 0)
        {
            tagged = read;
            return null;
        }

        return Make(key, read, none, call);
    }

    private async ValueTask<Reading<T>> ParseTaggedAsync<T>(
        string key, ReadEntry read, RedisValue stored, byte[] entryKey, CacheCall call, CacheContext context, CancellationToken cancellationToken)
    {
        var tags = new TagStamp[read.Tags];
        for (var i = 0; i < tags.Length; i++)
        {
            var (id, number) = TagOf(stored, i);
            tags[i] = new TagStamp(generations.OfTag(id), number);
        }

        await generations.LoadAsync(tags.Select(tag => tag.Tag), cancellationToken).ConfigureAwait(false);
        var none = new Reading<T>(entryKey, context, stored);
        return Array.TrueForAll(tags, tag => tag.Holds) ? Make(key, read, none with { Context = context with { Tags = tags } }, call) : none;
    }

    private static (UInt128 Id, long Number) TagOf(RedisValue stored, int index)
    {
        CacheEnvelope.TryRead(((ReadOnlyMemory<byte>)stored).Span, out var envelope);
        return envelope.Tag(index);
    }

    private Reading<T> Make<T>(string key, ReadEntry read, Reading<T> none, CacheCall call)
    {
        var codec = codecs.Of<T>();
        T value;
        try
        {
            value = read.IsNull ? default! : codec.Deserialize(read.Payload);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Written by something else than what reads it: missing, and written anew.
            return none;
        }

        var reading = none with { Found = true, IsFresh = read.IsFresh, Value = value, Stamp = read.Stamp, RefreshAt = read.Times.RefreshAt };
        if (read.IsFresh && !call.WritesMemory)
        {
            return reading;
        }

        var entry = format.Entry(key, value, codec, read.Payload, call, none.Context, read.Times, read.Stamp);
        if (read.IsFresh && read.Times.LocalUntil > clock.Now)
        {
            memory.Put(entry);
        }

        return reading with { Entry = entry };
    }
}

/// <summary>What was found in Redis.</summary>
/// <param name="EntryKey">Where.</param>
/// <param name="Context">What must be unchanged for it to hold; captured before it was read.</param>
/// <param name="Stored">As it is stored.</param>
internal readonly record struct Reading<T>(byte[] EntryKey, CacheContext Context, RedisValue Stored)
{
    /// <summary>Whether there is a value that can be read and holds.</summary>
    public bool Found { get; init; }

    /// <summary>Whether it has not expired.</summary>
    public bool IsFresh { get; init; }

    public T? Value { get; init; }

    public ulong Stamp { get; init; }

    public long RefreshAt { get; init; }

    /// <summary>Its entry for the memory tier, if there may be one.</summary>
    public MemoryEntry<T>? Entry { get; init; }

    /// <summary>The stamp of what is stored, readable or not, as <c>AcquireFactory.lua</c> sees it.</summary>
    public RedisValue Seen
    {
        get
        {
            var bytes = (ReadOnlyMemory<byte>)Stored;
            return bytes.Length > CacheEnvelope.StampStart
                ? bytes[CacheEnvelope.StampStart..Math.Min(bytes.Length, CacheEnvelope.StampEnd + 1)]
                : RedisValue.EmptyString;
        }
    }
}
