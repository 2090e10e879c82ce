using System.Security.Cryptography;

namespace PrivacyService.Vault;

/// <summary>
/// AES-256-GCM under one key. What is sealed is bound to where it belongs: moved elsewhere it does not open.
/// Not safe for concurrent use.
/// </summary>
internal sealed class DataSealer(byte[] key) : IDisposable
{
    public const int Overhead = NonceLength + TagLength;

    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int NoncesPerDraw = 64;

    private readonly AesGcm _cipher = new(key, TagLength);
    private readonly byte[] _nonces = new byte[NoncesPerDraw * NonceLength];
    private int _nextNonce = NoncesPerDraw * NonceLength;

    public void Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> belongsTo, Span<byte> destination)
    {
        // Random numbers are drawn in one go: asking for twelve bytes costs as much as for hundreds.
        if (_nextNonce == _nonces.Length)
        {
            RandomNumberGenerator.Fill(_nonces);
            _nextNonce = 0;
        }

        var nonce = _nonces.AsSpan(_nextNonce, NonceLength);
        _nextNonce += NonceLength;
        nonce.CopyTo(destination);
        _cipher.Encrypt(
            nonce,
            content,
            destination.Slice(NonceLength, content.Length),
            destination.Slice(NonceLength + content.Length, TagLength),
            belongsTo);
    }

    public byte[] Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> belongsTo)
    {
        var destination = new byte[content.Length + Overhead];
        Seal(content, belongsTo, destination);
        return destination;
    }

    /// <returns>Null when the bytes were altered, moved, or sealed under another key.</returns>
    public byte[]? Open(ReadOnlySpan<byte> sealedContent, ReadOnlySpan<byte> belongsTo)
    {
        if (sealedContent.Length < Overhead)
        {
            return null;
        }

        var content = new byte[sealedContent.Length - Overhead];
        try
        {
            _cipher.Decrypt(
                sealedContent[..NonceLength], sealedContent[NonceLength..^TagLength], sealedContent[^TagLength..], content, belongsTo);
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
