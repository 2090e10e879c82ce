using System.Runtime.CompilerServices;
using System.Text.Json;
using NotificationService.Notifications;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Streaming;
using StackExchange.Redis;

namespace NotificationService.Stream;

/// <summary>
/// One person's inbox as a stream of events that can be resumed: first how many are unread and where the stream stands, then what
/// happens. Ids are those of the Redis stream and its epoch, so any replica can go on where another left off.
/// </summary>
internal sealed class NotificationStream(
    RedisInbox inbox, NotificationKeys keys, NotificationContent content, EventStreams events)
{
    /// <summary>Asks Redis where the stream stands before anything is sent, so that a failure is still an answer of its own.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="after">
    /// The last event that the client has; null when it is new. One that was never given is a gap: a client that is refused would not come
    /// back.
    /// </param>
    /// <param name="cancellationToken">Gives up asking.</param>
    public async Task<IAsyncEnumerable<SseMessage>> OpenAsync(string userId, string? after, CancellationToken cancellationToken)
    {
        var stream = keys.Events(userId);
        var resumes = EventPosition.TryParse(after, out var id);
        var position = resumes ? id.ToString() : await events.NewestIdAsync(stream, cancellationToken);
        var counts = await inbox.CountAsync(userId, cancellationToken);
        return ReadAsync(userId, stream, position, after is not null && !resumes, new SseMessage(position, "state", Json(counts)), cancellationToken);
    }

    private async IAsyncEnumerable<SseMessage> ReadAsync(
        string userId, RedisKey stream, string position, bool lost, SseMessage state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return state;
        if (lost)
        {
            yield return Gap(position, "unknown");
        }

        await foreach (var entry in events.ReadAsync(stream, position, cancellationToken))
        {
            yield return entry.Kind == EventKind.Entry ? Message(userId, entry) : Gap(entry.Id, Reason(entry));
        }
    }

    // What was missed is in the inbox; the id says the epoch.
    private static SseMessage Gap(string id, string reason) => new(id, "gap", Json(new { resync = "/v1/notifications", reason }));

    private static string Reason(EventEntry entry) => Array.Find(entry.Fields, field => field.Name == "reason").Value.ToString();

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

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonDefaults.Options);
}
