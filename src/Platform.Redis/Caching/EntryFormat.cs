using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Sealing;

namespace Platform.Redis.Caching;

/// <summary>Writes values as entries and reads them back; what cannot be read is no entry, never an error.</summary>
internal sealed class EntryFormat(IServiceProvider services, CacheClock clock, KeyStripes stripes)
{
    private const string Purpose = "platform.cache";

    private readonly Lazy<ValueSealer> _sealer = new(() => services.GetRequiredService<SealerProvider>().For(Purpose));

    /// <summary>The envelope and the value behind it, as one array that also the memory tier may keep.</summary>
    /// <param name="entryKey">What a sealed value is bound to.</param>
    public (byte[] Bytes, ReadOnlyMemory<byte> Payload) Write<T>(
        T value, CacheCodec<T> codec, CacheCall call, CacheTimes times, TagStamp[]? tags, ulong stamp, ReadOnlySpan<byte> entryKey)
    {
        var header = CacheEnvelope.HeaderSize(tags?.Length ?? 0);
        var writer = new ArrayBufferWriter<byte>(header + 256);
        writer.GetSpan(header)[..header].Clear();
        writer.Advance(header);
        var flags = value is null ? CacheEnvelopeFlags.Null : CacheEnvelopeFlags.None;
        if (value is not null)
        {
            codec.Serialize(value, writer);
        }

        flags |= call.Options.Sensitive ? CacheEnvelopeFlags.Sealed : CacheEnvelopeFlags.None;
        var bytes = writer.WrittenSpan.ToArray();
        var toUnix = clock.UnixNow - clock.Now;
        CacheEnvelope.Write(
            bytes, flags, Fingerprint(codec, call), stamp, clock.UnixNow, times.FreshUntil + toUnix, times.StaleUntil + toUnix, tags);
        return (call.Options.Sensitive ? Seal(bytes, header, entryKey) : bytes, bytes.AsMemory(header));
    }

    /// <summary>Reads what was written for this type, in this version.</summary>
    /// <param name="bytes">What Redis holds.</param>
    /// <param name="entryKey">The key that it was read from.</param>
    /// <param name="codec">How the value is written.</param>
    /// <param name="call">Who asks.</param>
    /// <param name="read">The value's bytes and times. Its tags are still to be checked.</param>
    public bool TryRead<T>(ReadOnlyMemory<byte> bytes, byte[] entryKey, CacheCodec<T> codec, CacheCall call, out ReadEntry read)
    {
        read = default;
        if (!CacheEnvelope.TryRead(bytes.Span, out var envelope) || envelope.Fingerprint != Fingerprint(codec, call)
            || (envelope.Flags & CacheEnvelopeFlags.Sealed) != 0 != call.Options.Sensitive)
        {
            return false;
        }

        var unix = clock.UnixNow;
        if (envelope.StaleUntil <= unix)
        {
            return false;
        }

        var payload = bytes[envelope.Length..];
        if (call.Options.Sensitive)
        {
            if (!_sealer.Value.TryOpen(payload.Span, Binding(bytes.Span[..envelope.Length], entryKey), out var opened))
            {
                return false;
            }

            payload = opened;
        }

        // No clock of another process makes an entry live longer than any may.
        var now = clock.Now;
        var freshFor = Math.Min(envelope.FreshUntil - unix, (long)CacheKeys.LongestLife.TotalMilliseconds);
        var times = call.Times(now, now + envelope.MadeAt - unix, now + freshFor, envelope.StaleUntil - envelope.FreshUntil);
        read = new ReadEntry(payload, times, envelope.Stamp, (envelope.Flags & CacheEnvelopeFlags.Null) != 0, envelope.Tags, freshFor > 0);
        return true;
    }

    /// <summary>The same for the usual case, in fewer steps: a value that is fresh, and neither sealed, tagged nor null.</summary>
    public bool TryReadFresh<T>(ReadOnlyMemory<byte> bytes, CacheCodec<T> codec, CacheCall call, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        if (!CacheEnvelope.TryRead(bytes.Span, out var envelope) || envelope.Flags != CacheEnvelopeFlags.None || envelope.Tags != 0
            || call.Options.Sensitive || envelope.Fingerprint != Fingerprint(codec, call) || envelope.FreshUntil <= clock.UnixNow)
        {
            return false;
        }

        payload = bytes[envelope.Length..];
        return true;
    }

    /// <summary>What the memory tier keeps, and what callers who wait for the same value are given.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="value">The value, where callers may share it.</param>
    /// <param name="codec">How each caller gets its own, where they may not.</param>
    /// <param name="payload">Its bytes, which nobody changes.</param>
    /// <param name="call">Who asks.</param>
    /// <param name="context">What must be unchanged for it to hold.</param>
    /// <param name="times">How long it serves.</param>
    /// <param name="stamp">Which entry of Redis it is.</param>
    public MemoryEntry<T> Entry<T>(
        string key, T value, CacheCodec<T> codec, ReadOnlyMemory<byte> payload, CacheCall call, CacheContext context, CacheTimes times, ulong stamp)
    {
        var shared = value is null || CacheCodec<T>.Immutable || call.Options.ShareInstances;
        var size = MemoryTier.SizeOf(key, typeof(T) == typeof(string) ? 2 * payload.Length : payload.Length, context.Tags?.Length ?? 0);
        return shared
            ? new MemoryEntry<T>(key, stripes, context, times, stamp, size, value, null, default)
            : new MemoryEntry<T>(key, stripes, context, times, stamp, size, default!, codec, payload);
    }

    public static ulong NewStamp() => (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    private static ulong Fingerprint<T>(CacheCodec<T> codec, CacheCall call) =>
        codec.Fingerprint ^ ((ulong)call.Options.Version * 0x9E3779B97F4A7C15UL);

    private byte[] Seal(byte[] bytes, int header, ReadOnlySpan<byte> entryKey)
    {
        var envelope = bytes.AsSpan(0, header);
        var closed = _sealer.Value.Seal(bytes.AsSpan(header), Binding(envelope, entryKey));
        return [.. envelope, .. closed];
    }

    private static byte[] Binding(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> entryKey) => [.. entryKey, .. envelope];
}

/// <summary>An entry as it was read, before its value is made.</summary>
internal readonly record struct ReadEntry(ReadOnlyMemory<byte> Payload, CacheTimes Times, ulong Stamp, bool IsNull, int Tags, bool IsFresh);
