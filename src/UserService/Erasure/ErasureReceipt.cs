using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Platform.Contracts.People;

namespace UserService.Erasure;

/// <summary>What became of a person's data. It names nobody but by the id that nothing is known under any more.</summary>
/// <param name="Id">Of the erasure, <c>ers_…</c>. Who knows it may read this; it cannot be guessed, and is the same for every repetition.</param>
/// <param name="State"><c>pending</c> or <c>done</c>.</param>
/// <param name="Services">All services, with what was removed there, or made unreadable by destroying its key.</param>
/// <param name="Signature">
/// Once done: this receipt without the signature as a JWS in compact form (RFC 7515), signed with a key of <c>/.well-known/jwks.json</c>.
/// </param>
internal sealed record ErasureReceipt(
    string Id, string UserId, [property: AllowedValues(ErasureReceipt.Pending, ErasureReceipt.Done)] string State, DateTimeOffset RequestedAt, DateTimeOffset? CompletedAt, IReadOnlyList<ServiceErasure> Services,
    string? Signature = null)
{
    public const string Pending = "pending";
    public const string Done = "done";

    [JsonIgnore]
    public bool IsDone => State == Done;
}

internal sealed record ServiceErasure(
    string Service, [property: AllowedValues(ErasureReceipt.Pending, ErasureReceipt.Done)] string State, DateTimeOffset? CompletedAt, IReadOnlyList<ErasedItems> Items);
