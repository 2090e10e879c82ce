using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Keys;
using Platform.Redis.Sealing;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// Values of <see cref="RedisDistributedCache"/> as they stand in Redis: version (1), sliding window and absolute end in milliseconds (8 each),
/// little-endian; then the value, or where the cache is sensitive the value sealed, bound to its key and to what stands before it.
/// </summary>
internal sealed class ItemFormat(Keyspace keyspace, IOptions<CachingOptions> options, IServiceProvider services)
{
    public const int HeaderLength = 17;

    private const byte Plain = 1;
    private const byte Sealed = 2;
    private const int HashLength = 16;

    private readonly ValueSealer? _sealer = Sealers(options, services)?.For("platform.cache.items");
    private readonly byte[]? _keySecret = Sealers(options, services)?.DeriveKey("platform.cache.items.keys");

    private byte Version => _sealer is null ? Plain : Sealed;

    /// <summary>Where a value stands: unguessable without the sealing secret where the cache is sensitive.</summary>
    public RedisKey KeyOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var text = Encoding.UTF8.GetBytes(key);
        var hash = _keySecret is null ? SHA256.HashData(text) : HMACSHA256.HashData(_keySecret, text);
        return keyspace.Key(CacheKeys.Item, Convert.ToHexStringLower(hash.AsSpan(0, HashLength)));
    }

    public byte[] Write(RedisKey at, ReadOnlySequence<byte> value, long window, long absolute)
    {
        var length = HeaderLength + (_sealer is null ? 0 : ValueSealer.Overhead) + checked((int)value.Length);
        var bytes = new byte[length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), window);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + sizeof(long)), absolute);
        if (_sealer is null)
        {
            value.CopyTo(bytes.AsSpan(HeaderLength));
        }
        else
        {
            var plain = value.IsSingleSegment ? value.FirstSpan : value.ToArray();
            _sealer.Seal(plain, Binding(at, bytes)).CopyTo(bytes, HeaderLength);
        }

        return bytes;
    }

    /// <summary>False for what is no item of this version: a plain one where they are to be sealed is none.</summary>
    public bool TryReadTimes(ReadOnlySpan<byte> bytes, out long window, out long absolute)
    {
        (window, absolute) = (0, 0);
        if (bytes.Length < HeaderLength || bytes[0] != Version)
        {
            return false;
        }

        window = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);
        absolute = BinaryPrimitives.ReadInt64LittleEndian(bytes[(1 + sizeof(long))..]);
        return true;
    }

    /// <summary>The value of an item whose times were read; false for one that does not unseal here.</summary>
    public bool TryReadValue(RedisKey at, ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> value)
    {
        value = bytes[HeaderLength..];
        if (_sealer is null)
        {
            return true;
        }

        var opens = _sealer.TryOpen(value.Span, Binding(at, bytes.Span), out var opened);
        value = opened;
        return opens;
    }

    private static byte[] Binding(RedisKey at, ReadOnlySpan<byte> bytes) => [.. (byte[])at!, .. bytes[..HeaderLength]];

    private static SealerProvider? Sealers(IOptions<CachingOptions> options, IServiceProvider services) =>
        options.Value.DistributedCache.Sensitive ? services.GetRequiredService<SealerProvider>() : null;
}
