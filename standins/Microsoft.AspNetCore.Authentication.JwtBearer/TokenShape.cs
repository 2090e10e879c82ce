using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>
/// Looks at a token before the library reads it: size, number of parts, base64url, JSON objects of sane depth. The library's parser,
/// in the version that restricted feeds have, knows no depth; a stack that overflows takes the process with it.
/// </summary>
internal static class TokenShape
{
    public const int LargestToken = 250 * 1024;
    private const int SignedParts = 3;
    private const int EncryptedParts = 5;
    private const int DeepestJson = 64;

    /// <summary>Returns what is wrong, or <see langword="null"/>.</summary>
    public static string? FindFault(ReadOnlySpan<char> token, bool mayDecrypt)
    {
        if (token.Length > LargestToken)
        {
            return "The token is too large.";
        }

        Span<Range> parts = stackalloc Range[EncryptedParts + 1];
        var count = token.Split(parts, '.');
        return count switch
        {
            SignedParts => IsJsonObject(token[parts[0]]) && IsJsonObject(token[parts[1]]) && IsBase64Url(token[parts[2]])
                ? null
                : "The token is malformed.",
            EncryptedParts when mayDecrypt => IsJsonObject(token[parts[0]]) ? null : "The token is malformed.",
            EncryptedParts => "Encrypted tokens are not accepted.",
            _ => "The token is malformed.",
        };
    }

    private static bool IsBase64Url(ReadOnlySpan<char> part) => Base64Url.IsValid(part) && !part.Contains('=');

    private static bool IsJsonObject(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || !IsBase64Url(part))
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(part.Length);
        try
        {
            var length = Base64Url.DecodeFromChars(part, buffer);
            return IsJsonObject(buffer.AsSpan(0, length));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static bool IsJsonObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestJson });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read())
        {
        }

        return true;
    }
}
