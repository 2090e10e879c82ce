using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>
/// What a sign-in holds between password and second factor: <c>st_</c>, the id of the user without its prefix, then 256 random bits. Good
/// for nothing but the second factor.
/// </summary>
/// <param name="Text">What the client holds.</param>
/// <param name="Digest">SHA-256 of the text: all that is stored.</param>
internal sealed record SignInTicket(string Text, string UserId, string Digest)
{
    private const string Prefix = "st_";
    private const int IdLength = 26;
    private const int SecretLength = 32;
    private const int TextLength = 3 + IdLength + 43;

    public static SignInTicket New(string userId)
    {
        var text = Prefix + userId[^IdLength..] + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        return new SignInTicket(text, userId, DigestOf(text));
    }

    public static bool TryRead(string? text, [NotNullWhen(true)] out SignInTicket? ticket)
    {
        ticket = null;
        if (text is not { Length: TextLength } || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var userId = $"{User.IdPrefix}_{text.AsSpan(Prefix.Length, IdLength)}";
        if (!PlatformId.IsValid(userId, User.IdPrefix))
        {
            return false;
        }

        ticket = new SignInTicket(text, userId, DigestOf(text));
        return true;
    }

    /// <summary>Keeps the ticket out of whatever prints records.</summary>
    public override string ToString() => nameof(SignInTicket);

    private static string DigestOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
