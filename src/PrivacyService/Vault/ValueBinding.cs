using System.Text;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>What a sealed value is bound to: its owner and its token (whose first bytes are the scope's), in this spelling.</summary>
internal static class ValueBinding
{
    public const int LongestLength = 64;

    public static int Write(DataOwner owner, TokenKey key, Span<byte> binding)
    {
        var length = Encoding.ASCII.GetBytes(owner.Partition, binding);
        key.WriteField(binding[length..]);
        return length + key.FieldLength;
    }
}
