using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Sealing;

/// <summary>Gives each purpose its own key, derived from the one secret with HKDF-SHA256: values of one purpose do not open as another's.</summary>
public sealed class SealerProvider
{
    private readonly ConcurrentDictionary<string, ValueSealer> _sealers = new(StringComparer.Ordinal);
    private readonly byte[] _secret;

    /// <summary>Uses the validated secret.</summary>
    public SealerProvider(IOptions<SealingOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secret = Encoding.UTF8.GetBytes(options.Value.Key);
    }

    /// <summary>The sealer of a purpose.</summary>
    /// <param name="purpose">A constant of the program, such as <c>task.payload</c>; never made from input, for sealers are kept.</param>
    public ValueSealer For(string purpose)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        return _sealers.GetOrAdd(purpose, Derive);
    }

    /// <summary>A key of a purpose that is not sealing, such as an HMAC: 32 bytes.</summary>
    /// <param name="purpose">A constant of the program, which no sealer has.</param>
    public byte[] DeriveKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, 32, salt: [], info: Encoding.UTF8.GetBytes(purpose));

    private ValueSealer Derive(string purpose)
    {
        var key = DeriveKey(purpose);
        var sealer = ValueSealer.FromKey(key);
        CryptographicOperations.ZeroMemory(key);
        return sealer;
    }
}
