using System.Text;
using Platform.Redis.Sealing;

namespace UserService.Keys;

/// <summary>Seals values of one kind, each bound to the id that it belongs to, so that none can be passed off as another's.</summary>
internal sealed class BoundSealer(ValueSealer sealer)
{
    public byte[] Seal(byte[] content, string belongsTo) => sealer.Seal(content, Encoding.UTF8.GetBytes(belongsTo));

    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed for another id or with another key, or altered.</exception>
    public byte[] Open(byte[] sealedContent, string belongsTo) => sealer.Open(sealedContent, Encoding.UTF8.GetBytes(belongsTo));
}
