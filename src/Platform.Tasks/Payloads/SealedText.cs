using System.Buffers.Text;
using System.Text.Json;
using Platform.Redis.Sealing;

namespace Platform.Tasks.Payloads;

/// <summary>
/// A sealed value as it stands in JSON: <c>sealed:&lt;id of the key&gt;:&lt;base64url&gt;</c>, so that it is known as one where the type is not, and another key
/// is told from damage.
/// </summary>
internal static class SealedText
{
    public const int KeyIdLength = 8;

    private static ReadOnlySpan<byte> Prefix => "sealed:"u8;

    public static bool IsOne(ReadOnlySpan<byte> text) => text.StartsWith(Prefix);

    public static bool IsOne(string? text) => text?.StartsWith("sealed:", StringComparison.Ordinal) == true;

    public static byte[] Of(ReadOnlySpan<byte> value, PayloadSealer sealer, ReadOnlySpan<byte> place)
    {
        var envelope = sealer.Sealer.Seal(value, place);
        var start = Prefix.Length + KeyIdLength + 1;
        var text = new byte[start + Base64Url.GetEncodedLength(envelope.Length)];
        Prefix.CopyTo(text);
        sealer.KeyId.CopyTo(text.AsSpan(Prefix.Length));
        text[start - 1] = (byte)':';
        Base64Url.EncodeToUtf8(envelope, text.AsSpan(start));
        return text;
    }

    /// <returns>Null where it was not sealed for this place, or was changed.</returns>
    /// <exception cref="JsonException">It is no sealed value, or one of another key.</exception>
    public static byte[]? TryOpen(ReadOnlySpan<byte> text, PayloadSealer sealer, ReadOnlySpan<byte> place)
    {
        if (!IsOne(text) || text.Length < Prefix.Length + KeyIdLength + 1)
        {
            throw new JsonException("A value is not sealed that has to be.");
        }

        text = text[Prefix.Length..];
        if (!text.StartsWith(sealer.KeyId))
        {
            throw new OtherKeyException();
        }

        try
        {
            return sealer.Sealer.TryOpen(Base64Url.DecodeFromUtf8(text[(KeyIdLength + 1)..]), place, out var value) ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A value was sealed with another key than there is here.</summary>
internal sealed class OtherKeyException()
    : JsonException("The payload was sealed with another key than this worker has: all who enqueue and run the type need the same Tasks:SealingKey.");

/// <param name="KeyId">Tells keys apart and nothing of them.</param>
internal sealed record PayloadSealer(ValueSealer Sealer, byte[] KeyId);
