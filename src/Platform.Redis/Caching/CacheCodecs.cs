using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Caching;

/// <summary>The codec of each type: the application's serialiser, else text and bytes as they are, else JSON.</summary>
internal sealed class CacheCodecs(IServiceProvider services, IOptions<CachingOptions> options)
{
    private readonly ConcurrentDictionary<Type, object> _codecs = new();

    public CacheCodec<T> Of<T>() => (CacheCodec<T>)(_codecs.TryGetValue(typeof(T), out var codec) ? codec : _codecs.GetOrAdd(typeof(T), _ => Make<T>()));

    /// <summary>False for a type that cannot be serialised: nothing that is stored can be its value. Whoever stores one is told why.</summary>
    public bool TryOf<T>([NotNullWhen(true)] out CacheCodec<T>? codec)
    {
        try
        {
            codec = Of<T>();
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            codec = null;
            return false;
        }
    }

    private object Make<T>()
    {
        var fingerprint = TypeShape.Fingerprint(typeof(T));
        if (services.GetService<IHybridCacheSerializer<T>>() is { } serializer)
        {
            return new SerializerCodec<T>(serializer, fingerprint);
        }

        foreach (var factory in services.GetServices<IHybridCacheSerializerFactory>().Reverse())
        {
            if (factory.TryCreateSerializer<T>(out var made))
            {
                return new SerializerCodec<T>(made, fingerprint);
            }
        }

        if (typeof(T) == typeof(string))
        {
            return new TextCodec(fingerprint);
        }

        return typeof(T) == typeof(byte[])
            ? new BytesCodec(fingerprint)
            : new JsonCodec<T>((JsonTypeInfo<T>)WithResolver(options.Value.Json).GetTypeInfo(typeof(T)), fingerprint);
    }

    private static JsonSerializerOptions WithResolver(JsonSerializerOptions json)
    {
        if (!json.IsReadOnly)
        {
            json.MakeReadOnly(populateMissingResolver: true);
        }

        return json;
    }
}
