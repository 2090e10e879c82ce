using Platform.Contracts.Erasure;
using Platform.Redis;
using Platform.ServiceDefaults.Erasure;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>
/// Forgets an owner: the key that everything of theirs is sealed under is destroyed first, so that what was copied elsewhere, such as to a
/// backup, cannot be opened either once the key is gone there too.
/// </summary>
internal sealed class VaultErasure(RedisStore redis, PrivacyKeys keys, MasterKeys master, SubjectKeys subjects) : IPersonalData
{
    private const int MostPerCall = 500;

    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        var owner = master.Owner(userId);
        var owned = await redis.ExecuteAsync(
            "vault.owned", database => database.SortedSetRangeByRankAsync(keys.Owned(owner.Partition), 0, MostPerCall - 1), cancellationToken);
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            VaultScripts.EraseOwner,
            [
                keys.Erased(owner.Partition), keys.Subject(owner.Partition), keys.Owned(owner.Partition),
                .. owned.SelectMany(member => OwnedItem.KeysOf(keys, owner.Partition, member!)),
            ],
            [(long)ErasureExtensions.MarkerLifetime.TotalMilliseconds, .. owned],
            cancellationToken))!;
        subjects.Forget(owner);
        return new ErasureResponse(
            (long)answer[2] == 0, [new ErasedItems("subject-keys", (long)answer[0]), new ErasedItems("vaults-and-documents", (long)answer[1])]);
    }
}
