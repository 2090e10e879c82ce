using System.Runtime.InteropServices;
using System.Text;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>Makes the Redis keys of one namespace in one generation: another generation, other keys.</summary>
internal sealed class CacheKeying
{
    private readonly SipHash _hash;
    private readonly byte[] _head;

    public CacheKeying(Keyspace keyspace, SipHash hash, int epoch)
    {
        const string Sample = "x";
        var sample = keyspace.Key(CacheKeys.Entry, Sample).ToString();
        _head = Encoding.ASCII.GetBytes(sample[..^(Sample.Length + 1)]);
        _hash = hash;
        Epoch = epoch;
    }

    /// <summary>The namespace's epoch that this was made in.</summary>
    public int Epoch { get; }

    /// <summary>The entry's key, as bytes: made once per read, without a text in between.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="buffer">What it may be written into, if it fits.</param>
    public byte[] EntryKey(string key, byte[]? buffer = null)
    {
        Span<byte> hash = stackalloc byte[SipHash.Length];
        _hash.Hash(MemoryMarshal.AsBytes(key.AsSpan()), hash);
        var length = _head.Length + (2 * SipHash.Length) + 1;
        var made = buffer?.Length == length ? buffer : new byte[length];
        _head.CopyTo(made, 0);
        Convert.TryToHexStringLower(hash, made.AsSpan(_head.Length), out _);
        made[^1] = (byte)'}';
        return made;
    }

    /// <summary>The lease of an entry, in the same slot.</summary>
    public static RedisKey LeaseKey(byte[] entryKey)
    {
        var made = new byte[entryKey.Length + 1 + CacheKeys.LeasePart.Length];
        entryKey.CopyTo(made, 0);
        made[entryKey.Length] = (byte)':';
        Encoding.ASCII.GetBytes(CacheKeys.LeasePart, made.AsSpan(entryKey.Length + 1));
        return made;
    }
}
