using System.Security.Cryptography;

namespace Platform.Redis.Sealing;

/// <summary>Random nonces, fetched many at a time: asking the system for each costs as much as sealing a small value. Each is given once.</summary>
internal static class SealingNonces
{
    private const int AtOnce = 512;

    [ThreadStatic]
    private static byte[]? _bytes;

    [ThreadStatic]
    private static int _left;

    public static void Fill(Span<byte> nonce)
    {
        _bytes ??= new byte[AtOnce];
        if (_left < nonce.Length)
        {
            RandomNumberGenerator.Fill(_bytes);
            _left = AtOnce;
        }

        var next = _bytes.AsSpan(AtOnce - _left, nonce.Length);
        next.CopyTo(nonce);
        next.Clear();
        _left -= nonce.Length;
    }
}
