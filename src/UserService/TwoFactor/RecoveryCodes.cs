using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UserService.Keys;

namespace UserService.TwoFactor;

/// <summary>What is kept of recovery codes: HMACs, keyed and bound to their account, so that whoever reads them cannot try codes out.</summary>
internal sealed class RecoveryCodes(Secrets secrets)
{
    public const int Count = 10;

    /// <param name="userId">Whose code it is.</param>
    /// <param name="code">As it was shown; case, spaces and hyphens do not matter.</param>
    public string DigestOf(string userId, string code)
    {
        var plain = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return Base64Url.EncodeToString(HMACSHA256.HashData(secrets.RecoveryCodesKey, Encoding.UTF8.GetBytes($"{userId} {plain}")));
    }
}
