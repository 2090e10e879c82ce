using System.Buffers;
using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Caching.Hybrid;

namespace Platform.Redis.Caching;

/// <summary>Turns the values of one type into bytes and back.</summary>
internal abstract class CacheCodec<T>(ulong fingerprint)
{
    /// <summary>Stands for the type's name and shape: bytes written under another are not read.</summary>
    public ulong Fingerprint => fingerprint;

    /// <summary>Whether callers may share an instance.</summary>
    public static readonly bool Immutable = IsImmutable(typeof(T));

    public abstract void Serialize(T value, IBufferWriter<byte> writer);

    public abstract T Deserialize(ReadOnlyMemory<byte> payload);

    private static bool IsImmutable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid)
            || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(DateOnly)
            || type == typeof(TimeOnly) || type == typeof(Uri)
            || ((type.IsSealed || type.IsValueType)
                && type.GetCustomAttributes(typeof(ImmutableObjectAttribute), inherit: false) is [ImmutableObjectAttribute { Immutable: true }]);
    }
}

internal sealed class JsonCodec<T>(JsonTypeInfo<T> type, ulong fingerprint) : CacheCodec<T>(fingerprint)
{
    public override void Serialize(T value, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true, Encoder = type.Options.Encoder });
        JsonSerializer.Serialize(json, value, type);
    }

    public override T Deserialize(ReadOnlyMemory<byte> payload) => JsonSerializer.Deserialize(payload.Span, type)!;
}

internal sealed class TextCodec(ulong fingerprint) : CacheCodec<string>(fingerprint)
{
    public override void Serialize(string value, IBufferWriter<byte> writer) => Encoding.UTF8.GetBytes(value, writer);

    public override string Deserialize(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);
}

internal sealed class BytesCodec(ulong fingerprint) : CacheCodec<byte[]>(fingerprint)
{
    public override void Serialize(byte[] value, IBufferWriter<byte> writer) => writer.Write(value);

    public override byte[] Deserialize(ReadOnlyMemory<byte> payload) => payload.ToArray();
}

/// <summary>A serialiser of the application.</summary>
internal sealed class SerializerCodec<T>(IHybridCacheSerializer<T> serializer, ulong fingerprint) : CacheCodec<T>(fingerprint)
{
    public override void Serialize(T value, IBufferWriter<byte> writer) => serializer.Serialize(value, writer);

    public override T Deserialize(ReadOnlyMemory<byte> payload) => serializer.Deserialize(new ReadOnlySequence<byte>(payload));
}
