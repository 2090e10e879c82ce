using System.Buffers.Binary;

namespace Platform.Redis.Caching;

/// <summary>
/// What stands before a value in Redis, little-endian: version (1), flags (1), number of tags (2), fingerprint (8), stamp (8), made at, fresh
/// until and stale until in Unix milliseconds (8 each); then per tag its id (16) and generation (8).
/// </summary>
internal readonly ref struct CacheEnvelope
{
    public const int StampStart = 12;
    public const int StampEnd = 19;
    public const int MostTags = 64;

    private const int HeaderLength = 44;
    private const int TagLength = 24;
    private const byte Version = 1;

    private readonly ReadOnlySpan<byte> _bytes;

    private CacheEnvelope(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public CacheEnvelopeFlags Flags => (CacheEnvelopeFlags)_bytes[1];

    public int Tags => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[2..]);

    public ulong Fingerprint => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[4..]);

    public ulong Stamp => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[StampStart..]);

    public long MadeAt => BinaryPrimitives.ReadInt64LittleEndian(_bytes[20..]);

    public long FreshUntil => BinaryPrimitives.ReadInt64LittleEndian(_bytes[28..]);

    public long StaleUntil => BinaryPrimitives.ReadInt64LittleEndian(_bytes[36..]);

    public int Length => HeaderSize(Tags);

    public static int HeaderSize(int tags) => HeaderLength + (TagLength * tags);

    /// <summary>False for what is no envelope of this version, whole and in order.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CacheEnvelope envelope)
    {
        envelope = new CacheEnvelope(bytes);
        return bytes.Length >= HeaderLength && bytes[0] == Version && envelope.Tags <= MostTags && bytes.Length >= envelope.Length
            && envelope.MadeAt <= envelope.FreshUntil && envelope.FreshUntil <= envelope.StaleUntil;
    }

    public (UInt128 Id, long Number) Tag(int index)
    {
        var tag = _bytes.Slice(HeaderLength + (TagLength * index), TagLength);
        return (BinaryPrimitives.ReadUInt128LittleEndian(tag), BinaryPrimitives.ReadInt64LittleEndian(tag[16..]));
    }

    public static void Write(
        Span<byte> header, CacheEnvelopeFlags flags, ulong fingerprint, ulong stamp, long madeAt, long freshUntil, long staleUntil, TagStamp[]? tags)
    {
        header[0] = Version;
        header[1] = (byte)flags;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)(tags?.Length ?? 0));
        BinaryPrimitives.WriteUInt64LittleEndian(header[4..], fingerprint);
        BinaryPrimitives.WriteUInt64LittleEndian(header[StampStart..], stamp);
        BinaryPrimitives.WriteInt64LittleEndian(header[20..], madeAt);
        BinaryPrimitives.WriteInt64LittleEndian(header[28..], freshUntil);
        BinaryPrimitives.WriteInt64LittleEndian(header[36..], staleUntil);
        for (var i = 0; i < tags?.Length; i++)
        {
            var tag = header.Slice(HeaderLength + (TagLength * i), TagLength);
            BinaryPrimitives.WriteUInt128LittleEndian(tag, tags[i].Tag.Id);
            BinaryPrimitives.WriteInt64LittleEndian(tag[16..], tags[i].Number);
        }
    }
}

[Flags]
internal enum CacheEnvelopeFlags : byte
{
    None = 0,

    /// <summary>The value is null; nothing follows.</summary>
    Null = 1,

    /// <summary>What follows is sealed, bound to the key and to everything before it.</summary>
    Sealed = 2,
}
