using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Streaming;
using StackExchange.Redis;

namespace TaskService.Tasks;

/// <summary>
/// One task as a stream of events that can be resumed: how it stands, its progress, and its end, after which the stream ends too. Ids
/// are those of the Redis stream, so any replica can go on where another left off.
/// </summary>
internal sealed partial class TaskEvents(RedisStore redis, TaskStore tasks, TaskKeys keys, EventStreams events)
{
    private const string Beginning = "0-0";

    public static bool IsEventId(string id) => EventId().IsMatch(id);

    /// <summary>Whether a client that has <paramref name="after"/> has seen the last event.</summary>
    public static bool IsAtEnd(string? after, string lastId) => after is not null && Parse(after).CompareTo(Parse(lastId)) >= 0;

    /// <summary>Where the stream stands; asked before the task is looked up, so that no event falls between the two.</summary>
    public Task<string> LastIdAsync(string taskId, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "task.events.last",
        async database => await database.StreamRangeAsync(keys.Events(taskId), count: 1, messageOrder: Order.Descending) is [var last]
            ? (string)last.Id!
            : Beginning,
        cancellationToken);

    /// <param name="after">The last event that the client has; null when it is new.</param>
    public async IAsyncEnumerable<SseMessage> ReadAsync(
        TaskItem task, string lastId, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after is null)
        {
            yield return Status(lastId, task);
            if (task.Status.IsFinal())
            {
                yield break;
            }
        }

        await foreach (var entry in events.ReadAsync(keys.Events(task.Id), after ?? lastId, cancellationToken))
        {
            if (entry.Kind == EventKind.Entry && Field(entry, "event") == "progress")
            {
                yield return new SseMessage(entry.Id, "progress", Field(entry, "data")!);
                continue;
            }

            // Events of another kind, and a gap, only say that the task should be looked at again.
            if (await FindAsync(task, cancellationToken) is not { } current)
            {
                yield break;
            }

            yield return Status(entry.Id, current);
            if (current.Status.IsFinal())
            {
                yield break;
            }
        }
    }

    private static (UInt128 Time, UInt128 Sequence) Parse(string id)
    {
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return (UInt128.Parse(id.AsSpan(0, dash), CultureInfo.InvariantCulture), UInt128.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture));
    }

    private static SseMessage Status(string id, TaskItem task) => new(
        id, task.Status.IsFinal() ? "done" : "status", JsonSerializer.Serialize(TaskResponse.Of(task), JsonDefaults.Options));

    private static string? Field(EventEntry entry, string name) => Array.Find(entry.Fields, field => field.Name == name).Value;

    private async Task<TaskItem?> FindAsync(TaskItem task, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await tasks.FindAsync(task.Id, cancellationToken);
            }
            catch (RedisUnavailableException exception)
            {
                // The stream stays open while Redis is away, and goes on when it is back.
                await Task.Delay(exception.RetryAfter, cancellationToken);
            }
        }
    }

    [GeneratedRegex("^[0-9]{1,20}-[0-9]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex EventId();
}
