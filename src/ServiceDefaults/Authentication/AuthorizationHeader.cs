using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Platform.ServiceDefaults.Authentication;

internal static class AuthorizationHeader
{
    private const string Scheme = "Bearer ";
    private const int LongestTokenHeader = 1024;

    /// <summary>The bearer token; null where there is none.</summary>
    public static string? TokenOf(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..].Trim() : null;

    /// <summary>The <c>kid</c> that a bearer token claims to be signed with; null for anything that does not look like a signed JWT.</summary>
    public static string? KeyIdOf(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = authorization.AsSpan(Scheme.Length).Trim();
        var end = token.IndexOf('.');
        if (end is <= 0 or > LongestTokenHeader)
        {
            return null;
        }

        var encoded = ArrayPool<byte>.Shared.Rent(LongestTokenHeader);
        try
        {
            if (Ascii.FromUtf16(token[..end], encoded, out var length) != OperationStatus.Done
                || Base64Url.DecodeFromUtf8InPlace(encoded.AsSpan(0, length)) is not (> 0 and var decoded))
            {
                return null;
            }

            return ReadKeyId(encoded.AsSpan(0, decoded));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            // Not base64url or not JSON: the token handler refuses it next, with the right answer.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    private static string? ReadKeyId(ReadOnlySpan<byte> header)
    {
        var reader = new Utf8JsonReader(header);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("kid"u8))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }

        return null;
    }
}
