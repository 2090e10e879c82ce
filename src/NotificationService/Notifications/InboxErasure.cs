using Platform.Contracts.Erasure;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Erasure;
using StackExchange.Redis;

namespace NotificationService.Notifications;

/// <summary>Forgets a person's inbox, its live events and what makes repeated sends known.</summary>
internal sealed class InboxErasure(RedisStore redis, NotificationKeys keys, EventStreams events) : IPersonalData
{
    private const int MostDedupeKeys = 500;

    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        var digests = await redis.ExecuteAsync(
            "inbox.sent", database => database.SortedSetRangeByRankAsync(keys.Sent(userId), 0, MostDedupeKeys - 1), cancellationToken);
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            NotificationScripts.EraseInbox,
            [
                keys.Erased(userId), keys.Inbox(userId), keys.Items(userId), keys.Read(userId), keys.Events(userId), keys.Sent(userId),
                .. digests.Select(digest => keys.Dedupe(userId, digest!)),
            ],
            [(long)ErasureExtensions.MarkerLifetime.TotalMilliseconds, events.WakeChannel, .. digests],
            cancellationToken))!;
        return new ErasureResponse(
            (long)answer[2] == 0, [new ErasedItems("notifications", (long)answer[0]), new ErasedItems("dedupe-keys", (long)answer[1])]);
    }
}
