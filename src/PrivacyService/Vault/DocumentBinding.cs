using System.Text;

namespace PrivacyService.Vault;

/// <summary>What a sealed document is bound to.</summary>
internal static class DocumentBinding
{
    public static byte[] Of(DataOwner owner, string callId) => Encoding.ASCII.GetBytes($"{owner.Partition}|{callId}");
}
