using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace UserService.TwoFactor;

/// <summary>Codes that change with time, as authenticator apps show them: TOTP with SHA-1, six digits and steps of 30 s (RFC 6238).</summary>
internal static class TimeSteps
{
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>Steps that the clocks of service and app may be apart (RFC 6238, section 5.2).</summary>
    private const int Skew = 1;

    private const int Modulus = 1_000_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <returns>The step whose code this is, around now; null where it is none's.</returns>
    public static long? Find(string key, string code, DateTimeOffset now)
    {
        var plain = string.Concat(code.Where(character => character != ' '));
        if (plain.Length != Digits)
        {
            return null;
        }

        // All are compared, whichever fits, so that time tells nothing.
        var secret = FromBase32(key);
        long? found = null;
        for (var step = StepAt(now) - Skew; step <= StepAt(now) + Skew; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeOf(secret, step)), Encoding.UTF8.GetBytes(plain)))
            {
                found = step;
            }
        }

        return found;
    }

    public static string CodeOf(string key, long step) => CodeOf(FromBase32(key), step);

    /// <summary>RFC 4226, section 5.3.</summary>
    private static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What the standard and the apps use; as an HMAC, SHA-1 is not weak.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var offset = mac[^1] & 0x0f;
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>RFC 4648, section 6, as Identity writes its keys.</summary>
    private static byte[] FromBase32(string text)
    {
        var bytes = new byte[text.TrimEnd('=').Length * 5 / 8];
        var (buffer, bits, length) = (0, 0, 0);
        foreach (var character in text.TrimEnd('='))
        {
            var value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (value < 0)
            {
                throw new FormatException("The secret of a second factor is not Base32.");
            }

            buffer = ((buffer & 0xff) << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[length++] = (byte)(buffer >> bits);
            }
        }

        return bytes;
    }
}
