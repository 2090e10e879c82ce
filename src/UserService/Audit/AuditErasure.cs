using Platform.Contracts.Erasure;
using Platform.ServiceDefaults.Erasure;

namespace UserService.Audit;

/// <summary>Forgets from where a person did things. That somebody did them stays, under an id that leads nowhere any more.</summary>
internal sealed class AuditErasure(AuditTrail audit) : IPersonalData
{
    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken) =>
        new(Done: true, [new ErasedItems("audit-places", await audit.EraseAsync(userId, cancellationToken))]);
}
