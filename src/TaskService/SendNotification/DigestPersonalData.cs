using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks;
using Platform.Tasks.Items;

namespace TaskService.SendNotification;

/// <summary>What is gathered for a person and not yet sent.</summary>
internal sealed class DigestPersonalData(RedisStore redis, TaskKeys keys, NotificationDigests digests) : IPersonalData
{
    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        // From here on nothing joins any more.
        var removed = await redis.ExecuteAsync(
            "digest.erase",
            async database =>
            {
                await database.StringSetAsync(keys.Erased(TaskPersonalData.Digest(userId)), "", PersonalDataExtensions.MarkerLifetime);
                var gathered = (long)await database.HashGetAsync(keys.Digests(userId), NotificationDigests.CountField);
                await database.KeyDeleteAsync(keys.Digests(userId));
                return gathered;
            },
            cancellationToken);
        return new ErasureResponse(Done: true, [new ErasedItems("digests", removed)]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("digest.erased", database => database.KeyExistsAsync(keys.Erased(TaskPersonalData.Digest(userId))), cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [PersonalDataPart.Of("digests", await digests.ReadAsync(userId, cancellationToken))];
}
