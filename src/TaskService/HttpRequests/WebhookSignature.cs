using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TaskService.HttpRequests;

/// <summary>
/// Signs as Standard Webhooks says: HMAC-SHA256 over id, time and body, so that a receiver knows who calls, that nothing was changed, and, by the
/// time, that it is no old call sent again. With each of the secrets, so that either side can be given a new one first.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";

    public static bool IsSecret(string? secret) => secret is not null && Base64.IsValid(Encoded(secret), out var length) && length is >= 24 and <= 64;

    /// <returns>The value of the header.</returns>
    public static string Compute(IEnumerable<string> secrets, string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{time.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(
            ' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Encoded(secret).ToString()), content))));
    }

    private static ReadOnlySpan<char> Encoded(string secret) => secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret.AsSpan(Prefix.Length) : secret;
}
