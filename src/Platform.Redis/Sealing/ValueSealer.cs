using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Platform.Redis.Sealing;

/// <summary>
/// Seals values with AES-256-GCM: <c>version | nonce (12) | ciphertext | tag (16)</c>. The associated data binds a value to its place,
/// such as its key: elsewhere it does not open.
/// </summary>
public sealed class ValueSealer
{
    /// <summary>The bytes that sealing adds.</summary>
    public const int Overhead = 1 + NonceLength + TagLength;

    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;

    private readonly byte[] _key;
    private AesGcm? _idle;

    private ValueSealer(byte[] key) => _key = key;

    /// <summary>A sealer for a key that the caller keeps, such as one per person.</summary>
    /// <param name="key">32 random bytes.</param>
    public static ValueSealer FromKey(ReadOnlySpan<byte> key) => key.Length == KeyLength
        ? new ValueSealer(key.ToArray())
        : throw new ArgumentException($"A sealing key has {KeyLength} bytes.", nameof(key));

    /// <summary>Seals.</summary>
    /// <param name="plaintext">What to seal; may be empty.</param>
    /// <param name="associatedData">What the value is bound to; the same is needed to open it.</param>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var envelope = new byte[plaintext.Length + Overhead];
        envelope[0] = Version;
        var nonce = envelope.AsSpan(1, NonceLength);
        SealingNonces.Fill(nonce);
        var aes = Rent();
        aes.Encrypt(nonce, plaintext, envelope.AsSpan(1 + NonceLength, plaintext.Length), envelope.AsSpan(^TagLength..), associatedData);
        Return(aes);
        return envelope;
    }

    /// <summary>Opens what was sealed with the same key and associated data.</summary>
    /// <exception cref="CryptographicException">It was not: another key, another place, damaged, or no envelope.</exception>
    public byte[] Open(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> associatedData) => TryOpen(envelope, associatedData, out var plaintext)
        ? plaintext
        : throw new CryptographicException("The sealed value does not open: another key, another place, or damaged.");

    /// <summary>Opens what was sealed with the same key and associated data; false when it was not.</summary>
    public bool TryOpen(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> associatedData, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (envelope.Length < Overhead || envelope[0] != Version)
        {
            return false;
        }

        var opened = new byte[envelope.Length - Overhead];
        var aes = Rent();
        try
        {
            aes.Decrypt(envelope.Slice(1, NonceLength), envelope[(1 + NonceLength)..^TagLength], envelope[^TagLength..], opened, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            Return(aes);
        }

        plaintext = opened;
        return true;
    }

    // A cipher serves one caller at a time; one is kept for the next, so that the key is rarely scheduled anew.
    private AesGcm Rent() => Interlocked.Exchange(ref _idle, null) ?? new AesGcm(_key, TagLength);

    private void Return(AesGcm aes) => Interlocked.Exchange(ref _idle, aes)?.Dispose();
}
