using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>
/// What is kept for an owner. To forget it, the key that everything of theirs is sealed under is destroyed first, so that what was copied elsewhere, such as to a
/// backup, cannot be opened either once the key is gone there too.
/// </summary>
internal sealed class VaultPersonalData(RedisStore redis, PrivacyKeys keys, MasterKeys master, SubjectKeys subjects, VaultExport export) : IPersonalData
{
    private const int MostPerCall = 500;

    /// <inheritdoc />
    public Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken) =>
        EraseAsync(master.Owner(userId), PersonalDataExtensions.MarkerLifetime, cancellationToken);

    /// <inheritdoc cref="EraseAsync(string, CancellationToken)"/>
    /// <param name="mark">For how long nothing new is taken.</param>
    public async Task<ErasureResponse> EraseAsync(DataOwner owner, TimeSpan mark, CancellationToken cancellationToken)
    {
        var owned = await redis.ExecuteAsync(
            "vault.owned", database => database.SortedSetRangeByRankAsync(keys.Owned(owner.Partition), 0, MostPerCall - 1), cancellationToken);
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            VaultScripts.EraseOwner,
            [
                keys.Erased(owner.Partition), keys.Subject(owner.Partition), keys.Owned(owner.Partition),
                .. owned.SelectMany(member => OwnedItem.KeysOf(keys, owner.Partition, member!)),
            ],
            [(long)mark.TotalMilliseconds, .. owned],
            cancellationToken))!;
        subjects.Forget(owner);
        return new ErasureResponse(
            (long)answer[2] == 0, [new ErasedItems("subject-keys", (long)answer[0]), new ErasedItems("vaults-and-documents", (long)answer[1])]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken)
    {
        var owner = master.Owner(userId);
        return await redis.ExecuteAsync("vault.erased", database => database.KeyExistsAsync(keys.Erased(owner.Partition)), cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [
                new PersonalDataPart("pseudonyms", export.ScopesAsync(owner, cancellationToken)),
                new PersonalDataPart("documents", export.DocumentsAsync(owner, cancellationToken)),
            ];
    }
}
