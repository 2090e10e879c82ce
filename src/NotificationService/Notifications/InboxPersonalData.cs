using System.Runtime.CompilerServices;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;

namespace NotificationService.Notifications;

/// <summary>A person's inbox; with it its live events and what makes repeated sends known are forgotten.</summary>
internal sealed class InboxPersonalData(RedisStore redis, NotificationKeys keys, RedisInbox inbox, EventStreams events) : IPersonalData
{
    private const int MostDedupeKeys = 500;
    private const int PageSize = 100;

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
            [(long)PersonalDataExtensions.MarkerLifetime.TotalMilliseconds, events.WakeChannel, .. digests],
            cancellationToken))!;
        return new ErasureResponse(
            (long)answer[2] == 0, [new ErasedItems("notifications", (long)answer[0]), new ErasedItems("dedupe-keys", (long)answer[1])]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("inbox.erased", database => database.KeyExistsAsync(keys.Erased(userId)), cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [new PersonalDataPart("notifications", ReadAsync(userId, cancellationToken))];

    private async IAsyncEnumerable<object> ReadAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await inbox.ListAsync(userId, cursor, PageSize, unreadOnly: false, cancellationToken);
            foreach (var notification in page.Items)
            {
                yield return notification;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
