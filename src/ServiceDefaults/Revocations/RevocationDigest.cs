using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>
/// What stands for a token, session or subject in the feed: the first 8 bytes of a SHA-256, so that entries have one size and name nobody.
/// The ids are random and made by UserService, so nobody can aim at another's digest; by chance, among a million live revocations, one check in
/// 10^13 meets a stranger's, and that token has to be refreshed.
/// </summary>
public static class RevocationDigest
{
    private const int LongestOnStack = 256;

    /// <summary>Stands for everybody.</summary>
    public const ulong Everybody = 0;

    /// <param name="kind">What <paramref name="id"/> names.</param>
    /// <param name="id">The <c>jti</c>, <c>sid</c>, <c>sub</c> or <c>kid</c>.</param>
    public static ulong Of(RevocationKind kind, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var longest = 1 + Encoding.UTF8.GetMaxByteCount(id.Length);
        var input = longest <= LongestOnStack ? stackalloc byte[LongestOnStack] : new byte[longest];
        input[0] = (byte)kind;
        var length = 1 + Encoding.UTF8.GetBytes(id, input[1..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..length], hash);
        var digest = BinaryPrimitives.ReadUInt64BigEndian(hash);
        return digest == Everybody ? 1 : digest;
    }
}
