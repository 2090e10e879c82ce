using System.Security.Cryptography;
using System.Text;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;

namespace NotificationService.Notifications;

/// <summary>People's inboxes. Each change is one script, which also writes the event that live streams send.</summary>
internal sealed class RedisInbox(
    RedisStore redis, NotificationKeys keys, NotificationContent content, EventStreams events, TimeProvider timeProvider)
{
    private const int MostNotifications = 1000;
    private const int MostEvents = 1000;

    private static readonly RedisValue InboxLife = (long)NotificationKeys.InboxLifetime.TotalMilliseconds;
    private static readonly RedisValue EventLife = (long)NotificationKeys.EventLifetime.TotalMilliseconds;

    /// <summary>Adds a notification, or finds the one that the same sender sent under the same dedupe key.</summary>
    /// <returns>The notification, and whether it was added now.</returns>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">The person was erased.</exception>
    public async Task<(NotificationResponse Notification, bool Added)> SendAsync(
        string sender, SendNotificationRequest request, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var user = request.UserId;
        var notification = new NotificationResponse(
            PlatformId.New("ntf", now), request.Category, request.Title, request.Body, request.Link, request.Data, now, ReadAt: null);
        var digest = request.DedupeKey is { } dedupeKey ? Digest(sender, dedupeKey) : null;

        var result = (RedisResult[])(await redis.EvaluateAsync(
            NotificationScripts.SendNotification,
            [
                keys.Inbox(user), keys.Items(user), keys.Read(user), keys.Events(user),
                digest is null ? keys.Events(user) : keys.Dedupe(user, digest), keys.Sent(user), keys.Erased(user),
            ],
            [
                notification.Id, content.Seal(user, notification), InboxLife,
                digest is null ? 0 : (long)NotificationKeys.DedupeLifetime.TotalMilliseconds, EventLife, MostNotifications, MostEvents,
                events.WakeChannel, digest ?? "",
            ],
            cancellationToken))!;

        switch ((int)result[0])
        {
            case 1:
                return (notification, Added: true);
            case -1:
                throw ErasureProblems.PersonErased();
        }

        // Sent before. If its receiver has removed it since, the sender is told the same as then.
        var id = (string)result[1]!;
        var kept = (byte[]?)result[2];
        return (kept is null ? notification with { Id = id } : content.Open(user, id, kept, readAt: null), Added: false);
    }

    public async Task<Page<NotificationResponse>> ListAsync(
        string userId, string? after, int limit, bool unreadOnly, CancellationToken cancellationToken)
    {
        // One more than wanted tells whether there is a next page.
        var result = (RedisResult[])(await redis.EvaluateAsync(
            NotificationScripts.ListInbox,
            [keys.Inbox(userId), keys.Items(userId), keys.Read(userId)],
            [string.IsNullOrEmpty(after) ? "+" : "(" + after, limit + 1, unreadOnly ? 1 : 0],
            cancellationToken))!;

        var found = new List<NotificationResponse>(result.Length / 3);
        for (var i = 0; i < result.Length; i += 3)
        {
            found.Add(content.Open(userId, (string)result[i]!, (byte[])result[i + 1]!, Time(result[i + 2])));
        }

        var more = found.Count > limit;
        return new Page<NotificationResponse>(more ? found[..limit] : found, more ? found[limit - 1].Id : null);
    }

    public Task<InboxCounts> CountAsync(string userId, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "inbox.count",
        async database =>
        {
            var total = database.SortedSetLengthAsync(keys.Inbox(userId));
            var read = database.HashLengthAsync(keys.Read(userId));
            return new InboxCounts(Math.Max(0, await total - await read), await total);
        },
        cancellationToken);

    /// <returns>The notification after the change; null when it is not in this inbox.</returns>
    public async Task<NotificationResponse?> ChangeAsync(string userId, string id, InboxChange change, CancellationToken cancellationToken)
    {
        var result = (RedisResult[])(await redis.EvaluateAsync(
            NotificationScripts.MarkNotification,
            [keys.Inbox(userId), keys.Items(userId), keys.Read(userId), keys.Events(userId)],
            [id, Word(change), InboxLife, EventLife, MostEvents, events.WakeChannel],
            cancellationToken))!;
        return (int)result[0] == 0 ? null : content.Open(userId, id, (byte[])result[1]!, Time(result[2]));
    }

    public async Task<int> MarkAllReadAsync(string userId, CancellationToken cancellationToken) => (int)await redis.EvaluateAsync(
        NotificationScripts.MarkAllRead,
        [keys.Inbox(userId), keys.Read(userId), keys.Events(userId)],
        [InboxLife, EventLife, MostEvents, events.WakeChannel],
        cancellationToken);

    private static string Word(InboxChange change) => change switch
    {
        InboxChange.Read => "read",
        InboxChange.Unread => "unread",
        _ => "removed",
    };

    private static DateTimeOffset? Time(RedisResult milliseconds) =>
        (string?)milliseconds is { Length: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;

    private static string Digest(string sender, string dedupeKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{dedupeKey}")).AsSpan(0, 16));
}
