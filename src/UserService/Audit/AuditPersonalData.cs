using System.Runtime.CompilerServices;
using Platform.Contracts.People;
using Platform.ServiceDefaults.PersonalData;

namespace UserService.Audit;

/// <summary>What a person did, and from where. The latter is forgotten; that somebody did it stays, under an id that leads nowhere any more.</summary>
internal sealed class AuditPersonalData(AuditTrail audit, AuditReader reader) : IPersonalData
{
    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken) =>
        new(Done: true, [new ErasedItems("audit-places", await audit.EraseAsync(userId, cancellationToken))]);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken) =>
        await audit.IsErasedAsync(userId, cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [new PersonalDataPart("audit", ReadAsync(userId, cancellationToken))];

    private async IAsyncEnumerable<object> ReadAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new AuditFilter { Limit = AuditFilter.LargestPage };
        do
        {
            var page = await reader.OfPersonAsync(userId, filter, cancellationToken);
            foreach (var entry in page.Items)
            {
                yield return entry;
            }

            filter = filter with { Cursor = page.NextCursor };
        }
        while (filter.Cursor is not null);
    }
}
