using System.Security.Cryptography;
using System.Text;

namespace Platform.Tasks;

/// <summary>
/// What stands in keys for what somebody chose: of one length, and nothing in it can move a key to another slot. A hash, not an HMAC, for
/// services that have no secret in common must come to the same.
/// </summary>
internal static class TaskDigest
{
    /// <param name="purpose">What the digest is of.</param>
    /// <param name="owner">Whose: what one chooses never meets what another chose. Empty where nobody owns the task.</param>
    /// <param name="chosen">What was chosen.</param>
    public static string Of(string purpose, string owner, string chosen) => Of(purpose, owner, Encoding.UTF8.GetBytes(chosen));

    public static string Of(string purpose, string owner, ReadOnlySpan<byte> chosen)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{purpose}\n{owner}\n"));
        hash.AppendData(chosen);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
