using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Streaming;
using StackExchange.Redis;

namespace PrivacyService.Activity;

/// <summary>Calls as they end, as a stream that can be resumed on any replica.</summary>
internal sealed class ActivityEvents(PrivacyKeys keys, EventStreams events)
{
    /// <summary>Asks Redis where the stream stands before anything is sent, so that a failure is still an answer of its own.</summary>
    /// <param name="partition">Whose calls; <see cref="ActivityStore.Everybody"/> for all.</param>
    /// <param name="after">The last event that the client has; null begins with what happens from now on.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    public async Task<IAsyncEnumerable<SseMessage>> OpenAsync(string partition, string? after, CancellationToken cancellationToken)
    {
        var stream = keys.Events(partition);
        var newest = await events.NewestIdAsync(stream, cancellationToken);
        return ReadAsync(stream, after ?? newest, cancellationToken);
    }

    private async IAsyncEnumerable<SseMessage> ReadAsync(RedisKey stream, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in events.ReadAsync(stream, after, cancellationToken))
        {
            yield return entry.Kind == EventKind.Entry
                ? new SseMessage(entry.Id, "call", Field(entry, "call"))
                : new SseMessage(entry.Id, "gap", JsonSerializer.Serialize(new { resync = "/v1/stats", reason = Field(entry, "reason") }, JsonDefaults.Options));
        }
    }

    private static string Field(EventEntry entry, string name) => Array.Find(entry.Fields, field => field.Name == name).Value.ToString();
}
