using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts;
using UserService.Keys;
using UserService.Users;

namespace UserService.Sessions;

/// <summary>
/// Makes and reads refresh tokens: <c>rt_</c>, the ids of user and session without their prefixes, then base64url of generation, 256
/// random bits and a MAC. The ids lead to the session without an index. The MAC proves that a token was handed out, so that an old one
/// can be told from a made-up one without keeping every digest: the first ends the session, the second must not.
/// </summary>
internal sealed class RefreshTokens(Secrets secrets)
{
    private const string Prefix = "rt_";
    private const int IdLength = 26;
    private const int IdsEnd = 3 + IdLength + IdLength;
    private const int GenerationLength = 4;
    private const int SecretLength = 32;
    private const int MacLength = 18;
    private const int BodyLength = GenerationLength + SecretLength + MacLength;

    // 54 bytes are 72 characters without a spare bit, so no token can be written in two ways.
    private const int TextLength = IdsEnd + (BodyLength / 3 * 4);

    public RefreshToken Create(string userId, string sessionId, uint generation)
    {
        Span<char> text = stackalloc char[TextLength];
        Prefix.CopyTo(text);
        userId.AsSpan(userId.Length - IdLength).CopyTo(text[Prefix.Length..]);
        sessionId.AsSpan(sessionId.Length - IdLength).CopyTo(text[(Prefix.Length + IdLength)..]);

        Span<byte> body = stackalloc byte[BodyLength];
        BinaryPrimitives.WriteUInt32BigEndian(body, generation);
        RandomNumberGenerator.Fill(body.Slice(GenerationLength, SecretLength));
        Mac(text[..IdsEnd], body[..^MacLength], body[^MacLength..]);
        Base64Url.EncodeToChars(body, text[IdsEnd..]);
        return new RefreshToken(text.ToString(), userId, sessionId, generation, DigestOf(text));
    }

    public bool TryRead(string? text, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = null;
        if (text is not { Length: TextLength } || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        Span<byte> body = stackalloc byte[BodyLength];
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(IdsEnd), body, out var length) || length != BodyLength)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacLength];
        Mac(text.AsSpan(0, IdsEnd), body[..^MacLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, body[^MacLength..]))
        {
            return false;
        }

        var userId = $"{User.IdPrefix}_{text.AsSpan(Prefix.Length, IdLength)}";
        var sessionId = $"{Session.IdPrefix}_{text.AsSpan(Prefix.Length + IdLength, IdLength)}";
        if (!PlatformId.IsValid(userId, User.IdPrefix) || !PlatformId.IsValid(sessionId, Session.IdPrefix))
        {
            return false;
        }

        token = new RefreshToken(text, userId, sessionId, BinaryPrimitives.ReadUInt32BigEndian(body), DigestOf(text));
        return true;
    }

    private static string DigestOf(ReadOnlySpan<char> text)
    {
        Span<byte> ascii = stackalloc byte[TextLength];
        Encoding.ASCII.GetBytes(text, ascii);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii, digest);
        return Base64Url.EncodeToString(digest);
    }

    private void Mac(ReadOnlySpan<char> ids, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> message = stackalloc byte[IdsEnd + GenerationLength + SecretLength];
        Encoding.ASCII.GetBytes(ids, message);
        body.CopyTo(message[IdsEnd..]);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secrets.RefreshTokenKey, message, full);
        full[..MacLength].CopyTo(mac);
    }
}
