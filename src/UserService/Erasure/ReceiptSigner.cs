using System.Buffers.Text;
using System.Text.Json;
using Platform.ServiceDefaults.Http;
using UserService.Tokens;

namespace UserService.Erasure;

/// <summary>
/// Signs receipts (JWS, RFC 7515, compact form, ES256) with the key that signs tokens. The <c>typ</c> is its own, so that none can be taken for a
/// token (RFC 8725, section 3.11).
/// </summary>
internal sealed class ReceiptSigner(KeyRing ring)
{
    public const string Type = "erasure-receipt";

    public async Task<string> SignAsync(ErasureReceipt receipt, CancellationToken cancellationToken)
    {
        var key = await ring.GetActiveAsync(cancellationToken);
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid = key.Id, typ = Type });
        var payload = JsonSerializer.SerializeToUtf8Bytes(receipt, JsonDefaults.Options);
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(signed))}";
    }
}
