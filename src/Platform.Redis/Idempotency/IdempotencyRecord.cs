using System.Globalization;
using System.Text;

namespace Platform.Redis.Idempotency;

/// <summary>
/// A record as AcquireIdempotency.lua lays it out: state (1), fence (16), end of the lease (13), end of the record (13), holder (16),
/// fingerprint (32), then the sealed answer. Times are in milliseconds since 1970, numbers in decimal.
/// </summary>
internal readonly struct IdempotencyRecord(ReadOnlyMemory<byte> bytes)
{
    public const byte InFlight = (byte)'P';
    public const byte Answered = (byte)'D';
    public const byte NotKept = (byte)'U';

    public const int HolderLength = 16;
    public const int FingerprintLength = 32;
    public const int HeadLength = 1 + 16 + 13 + 13 + HolderLength + FingerprintLength;

    public byte State => bytes.Span[0];

    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(bytes.Span[30..43], CultureInfo.InvariantCulture));

    public ReadOnlySpan<byte> Fingerprint => bytes.Span.Slice(59, FingerprintLength);

    public ReadOnlySpan<byte> Answer => bytes.Span[HeadLength..];

    /// <summary>Puts a record together: what the scripts do where Redis is there.</summary>
    /// <param name="claim">Holder and fingerprint.</param>
    public static byte[] Create(byte state, long fence, DateTimeOffset expires, ReadOnlySpan<byte> claim, ReadOnlySpan<byte> answer)
    {
        var record = new byte[HeadLength + answer.Length];
        record[0] = state;
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{fence:D16}{0:D13}{expires.ToUnixTimeMilliseconds():D13}"), record.AsSpan(1));
        claim.CopyTo(record.AsSpan(43));
        answer.CopyTo(record.AsSpan(HeadLength));
        return record;
    }
}
