using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Platform.Redis.Idempotency;

/// <summary>
/// A record as AcquireIdempotency.lua lays it out: state (1), fence (16), last sign of life (16), begin (16), holder (16), fingerprint (32),
/// life of the record (10), then the sealed answer. Times are in microseconds since 1970, numbers in decimal.
/// </summary>
internal readonly struct IdempotencyRecord(ReadOnlyMemory<byte> bytes)
{
    public const byte InFlight = (byte)'P';
    public const byte Answered = (byte)'D';
    public const byte NotKept = (byte)'U';

    public const int HolderLength = 16;
    public const int FingerprintLength = 32;
    public const int ClaimLength = HolderLength + FingerprintLength + LifeLength;
    public const int HeadLength = 1 + (3 * NumberLength) + ClaimLength;

    /// <summary>Of a fence or a time.</summary>
    public const int NumberLength = 16;

    private const int LifeLength = 10;
    private const int ClaimStart = 1 + (3 * NumberLength);

    public byte State => bytes.Span[0];

    public DateTimeOffset Expires => At(Number(bytes.Span.Slice(1 + (2 * NumberLength), NumberLength)))
        + TimeSpan.FromMilliseconds(Number(bytes.Span.Slice(HeadLength - LifeLength, LifeLength)));

    public ReadOnlySpan<byte> Fingerprint => bytes.Span.Slice(ClaimStart + HolderLength, FingerprintLength);

    public ReadOnlySpan<byte> Answer => bytes.Span[HeadLength..];

    /// <summary>Holder, room for the fingerprint, and life of the record.</summary>
    public static byte[] NewClaim(long process, long request, ReadOnlySpan<byte> life)
    {
        var claim = new byte[ClaimLength];
        BinaryPrimitives.WriteInt64LittleEndian(claim, process);
        BinaryPrimitives.WriteInt64LittleEndian(claim.AsSpan(sizeof(long)), request);
        life.CopyTo(claim.AsSpan(HolderLength + FingerprintLength));
        return claim;
    }

    public static byte[] Life(TimeSpan life) =>
        Encoding.ASCII.GetBytes(((long)life.TotalMilliseconds).ToString("D10", CultureInfo.InvariantCulture));

    public static Memory<byte> FingerprintOf(byte[] claim) => claim.AsMemory(HolderLength, FingerprintLength);

    public static ReadOnlyMemory<byte> HolderOf(byte[] claim) => claim.AsMemory(0, HolderLength);

    /// <summary>The number that stands for a moment, and the smallest fence of a holder that begins then.</summary>
    public static long Microseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static long Number(ReadOnlySpan<byte> digits) => long.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>Puts a record together: what the scripts do where Redis is there.</summary>
    public static byte[] Create(byte state, long fence, ReadOnlySpan<byte> claim, ReadOnlySpan<byte> answer)
    {
        var record = new byte[HeadLength + answer.Length];
        record[0] = state;
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{fence:D16}{fence:D16}{fence:D16}"), record.AsSpan(1));
        claim.CopyTo(record.AsSpan(ClaimStart));
        answer.CopyTo(record.AsSpan(HeadLength));
        return record;
    }

    private static DateTimeOffset At(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
