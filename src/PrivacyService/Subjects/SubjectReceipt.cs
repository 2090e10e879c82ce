using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Contracts.People;

namespace PrivacyService.Subjects;

/// <summary>That everything about a subject was destroyed here.</summary>
/// <param name="Id"><c>rcp_…</c>: who knows it may read the receipt.</param>
/// <param name="Subject">Whose it was, as the HMAC under which it stood: the receipt names nobody.</param>
/// <param name="ErasedAt">When nothing was left.</param>
/// <param name="Items">What was destroyed, by kind. Where a call was repeated after its answer was lost, what that one had destroyed is not counted again.</param>
/// <param name="Signature">
/// An HMAC-SHA-256 over the rest, in hexadecimal, under a key that this service alone has: it checks it before it shows a receipt, so that one which was altered
/// where it is kept is not shown. It proves nothing to whoever lacks the key.
/// </param>
internal sealed record SubjectReceipt(string Id, string Subject, DateTimeOffset ErasedAt, IReadOnlyList<ErasedItems> Items, string? Signature = null)
{
    public SubjectReceipt Sign(byte[] key) => this with { Signature = SignatureOf(key) };

    public bool IsSignedWith(byte[] key) => Signature is { } signature
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(signature), System.Text.Encoding.ASCII.GetBytes(SignatureOf(key)));

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, ReceiptJson.Default.SubjectReceipt);

    private string SignatureOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, (this with { Signature = null }).ToUtf8()));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SubjectReceipt))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
