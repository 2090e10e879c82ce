using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using NotificationService.Notifications;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Streaming;
using StackExchange.Redis;

namespace NotificationService.Stream;

/// <summary>
/// One person's inbox as a stream of events that can be resumed: first how many are unread and where the stream stands, then what
/// happens. Ids are those of the Redis stream, so any replica can go on where another left off.
/// </summary>
internal sealed partial class NotificationStream(
    RedisStore redis, RedisInbox inbox, NotificationKeys keys, NotificationContent content, EventStreams events)
{
    private const string Beginning = "0-0";

    public static bool IsEventId(string id) => EventId().IsMatch(id);

    /// <summary>Asks Redis where the stream stands before anything is sent, so that a failure is still an answer of its own.</summary>
    public async Task<IAsyncEnumerable<SseMessage>> OpenAsync(string userId, string? after, CancellationToken cancellationToken)
    {
        var stream = keys.Events(userId);
        var position = after ?? await LastIdAsync(stream, cancellationToken);
        var counts = await inbox.CountAsync(userId, cancellationToken);
        return ReadAsync(userId, stream, position, new SseMessage(position, "state", Json(counts)), cancellationToken);
    }

    private async IAsyncEnumerable<SseMessage> ReadAsync(
        string userId, RedisKey stream, string position, SseMessage state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return state;
        await foreach (var entry in events.ReadAsync(stream, position, cancellationToken))
        {
            yield return entry.Kind == EventKind.Gap
                ? new SseMessage(entry.Id, "gap", Json(new { resync = "/v1/notifications" }))
                : Message(userId, entry);
        }
    }

    private SseMessage Message(string userId, EventEntry entry)
    {
        string? type = null, id = null;
        long unread = 0;
        byte[]? sealedNotification = null;
        foreach (var field in entry.Fields)
        {
            switch ((string)field.Name!)
            {
                case "type": type = field.Value; break;
                case "id": id = field.Value; break;
                case "unread": unread = (long)field.Value; break;
                case "sealed": sealedNotification = field.Value; break;
            }
        }

        return sealedNotification is null
            ? new SseMessage(entry.Id, type!, Json(new { id, unread }))
            : new SseMessage(entry.Id, type!, Json(new { unread, notification = content.Open(userId, id!, sealedNotification, readAt: null) }));
    }

    private Task<string> LastIdAsync(RedisKey stream, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "stream.last",
        async database => await database.StreamRangeAsync(stream, count: 1, messageOrder: Order.Descending) is [var last] ? (string)last.Id! : Beginning,
        cancellationToken);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonDefaults.Options);

    [GeneratedRegex("^[0-9]{1,20}-[0-9]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex EventId();
}
