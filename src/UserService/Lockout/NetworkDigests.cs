using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UserService.Keys;

namespace UserService.Lockout;

/// <summary>
/// What is kept of a network. It differs from name to name, so that nobody who reads it sees who shares a network, and can be carried from one name to
/// another by whoever has the key: a digest of the network, which is one block of AES, under a key of the name.
/// </summary>
internal sealed class NetworkDigests(Secrets secrets)
{
    private const int Length = 16;

    public string Of(string partition, string? address)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secrets.NetworksKey, Encoding.UTF8.GetBytes("network " + Network.Of(address)), digest);
        return Blind(partition, digest[..Length]);
    }

    /// <returns>The same network under another name; null for what is no digest.</returns>
    public string? Carry(string digest, string from, string to)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!Base64Url.TryDecodeFromChars(digest, bytes, out var length) || length != Length)
        {
            return null;
        }

        using var aes = CipherOf(from);
        return Blind(to, aes.DecryptEcb(bytes, PaddingMode.None));
    }

    private string Blind(string partition, ReadOnlySpan<byte> block)
    {
        // One block under one key: the mode makes no difference.
        using var aes = CipherOf(partition);
        return Base64Url.EncodeToString(aes.EncryptEcb(block, PaddingMode.None));
    }

    private Aes CipherOf(string partition)
    {
        var aes = Aes.Create();
        aes.Key = HMACSHA256.HashData(secrets.NetworksKey, Encoding.UTF8.GetBytes("name " + partition));
        return aes;
    }
}
