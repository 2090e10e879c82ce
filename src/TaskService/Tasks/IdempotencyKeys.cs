using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>The <c>Idempotency-Key</c> of a request (draft-ietf-httpapi-idempotency-key-header): quoted and bare are the same key.</summary>
internal sealed class IdempotencyKeys(IConfiguration configuration)
{
    public const string Header = "Idempotency-Key";
    private const int Longest = 255;

    private readonly byte[] _secret = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(configuration["Sealing:Key"] ?? ""), 32, info: "idempotency-keys"u8.ToArray());

    /// <returns>What stands for caller, route and key; null when the caller sent no key.</returns>
    /// <exception cref="ProblemException">The key is not one.</exception>
    public string? Digest(StringValues header, string caller, string route)
    {
        if (header.Count == 0)
        {
            return null;
        }

        var key = header.Count == 1 ? header[0] ?? "" : "";
        if (key is ['"', .. var quoted, '"'])
        {
            key = quoted;
        }

        if (key.Length is 0 or > Longest || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid_idempotency_key", "The Idempotency-Key is not valid",
                $"Send one key of 1 to {Longest} visible ASCII characters, such as a UUID.");
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{caller}\n{route}\n{key}")).AsSpan(0, 20));
    }
}
