using System.Security.Cryptography;
using System.Text;

namespace Platform.Tasks.Payloads;

/// <summary>
/// What stands in Redis for what somebody chose or sent: of one length, nothing in it can move a key to another slot, and who has no
/// <c>Tasks:SealingKey</c> cannot try out what it was. Services that mean the same need the same key.
/// </summary>
internal sealed class TaskDigests(TaskSecrets secrets)
{
    /// <param name="purpose">What the digest is of.</param>
    /// <param name="owner">Whose: what one chooses never meets what another chose. Empty where nobody owns the task.</param>
    /// <param name="chosen">What was chosen.</param>
    public string Of(string purpose, string owner, string chosen) => Of(purpose, owner, Encoding.UTF8.GetBytes(chosen));

    public string Of(string purpose, string owner, ReadOnlySpan<byte> chosen)
    {
        using var hash = Begin($"{purpose}\n{owner}\n");
        hash.AppendData(chosen);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>For what comes in parts.</summary>
    public IncrementalHash Begin(string purpose)
    {
        var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secrets.DigestKey);
        hash.AppendData(Encoding.UTF8.GetBytes(purpose));
        return hash;
    }
}
