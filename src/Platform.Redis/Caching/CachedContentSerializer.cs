using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;

namespace Platform.Redis.Caching;

/// <summary>Media type, cache control, each on a line, then the body as it is.</summary>
internal sealed class CachedContentSerializer : IHybridCacheSerializer<CachedContentHttpResult>
{
    public CachedContentHttpResult Deserialize(ReadOnlySequence<byte> source)
    {
        var bytes = source.ToArray().AsMemory();
        var contentType = Line(ref bytes);
        var cacheControl = Line(ref bytes);
        return new CachedContentHttpResult(bytes, contentType, cacheControl);
    }

    public void Serialize(CachedContentHttpResult value, IBufferWriter<byte> target)
    {
        Encoding.UTF8.GetBytes($"{value.ContentType}\n{value.CacheControl}\n", target);
        target.Write(value.Content.Span);
    }

    private static string Line(ref Memory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new FormatException("The cached response has no line for its media type or cache control.");
        }

        var line = Encoding.UTF8.GetString(bytes.Span[..end]);
        bytes = bytes[(end + 1)..];
        return line;
    }
}
