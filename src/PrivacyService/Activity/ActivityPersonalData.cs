using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;
using PrivacyService.Restoring;
using PrivacyService.Vault;
using StackExchange.Redis;

namespace PrivacyService.Activity;

/// <summary>An owner's own events and totals, and who had their originals back. In those of everybody their calls stay, under an HMAC that leads nowhere any more.</summary>
internal sealed class ActivityPersonalData(RedisStore redis, PrivacyKeys keys, MasterKeys master, ActivityStore store, RestoreTrail restores) : IPersonalData
{
    private const int PageSize = 200;

    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken) =>
        new(Done: true, [new ErasedItems("privacy-events", await store.EraseAsync(master.Owner(userId).Partition, PersonalDataExtensions.MarkerLifetime, cancellationToken))]);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken)
    {
        var owner = master.Owner(userId).Partition;
        return await redis.ExecuteAsync("activity.erased", database => database.KeyExistsAsync(keys.Erased(owner)), cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [
                new PersonalDataPart("privacy-events", EventsAsync(owner, cancellationToken)),
                new PersonalDataPart("restores", RestoresAsync(owner, cancellationToken)),
            ];
    }

    private async IAsyncEnumerable<object> RestoresAsync(string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await restores.ReadAsync(owner, cursor, PageSize, cancellationToken);
            foreach (var entry in page.Items)
            {
                yield return entry;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async IAsyncEnumerable<object> EventsAsync(string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RedisValue from = "-";
        while (true)
        {
            var start = from;
            var page = await redis.ExecuteAsync(
                "activity.range", database => database.StreamRangeAsync(keys.Events(owner), start, "+", PageSize), cancellationToken);
            foreach (var entry in page)
            {
                yield return JsonDocument.Parse((string)entry["call"]!).RootElement;
            }

            if (page.Length < PageSize)
            {
                yield break;
            }

            from = "(" + (string)page[^1].Id!;
        }
    }
}
