using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Streaming;
using Platform.Tasks;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

/// <summary>
/// One task as a stream of events that can be resumed: how it stands, its progress, and its end, after which the stream ends too. Ids
/// are those of the Redis stream and its epoch, so any replica can go on where another left off.
/// </summary>
internal sealed class TaskEvents(TaskStore tasks, TaskKeys keys, EventStreams events)
{
    /// <summary>Whether a client that has <paramref name="after"/> has seen the last event. Events that are no more were seen too.</summary>
    public static bool IsAtEnd(string? after, string lastId) =>
        EventPosition.TryParse(after, out var seen) && EventPosition.TryParse(lastId, out var last) && seen.Covers(last);

    /// <summary>Where the stream stands; asked before the task is looked up, so that no event falls between the two.</summary>
    public Task<string> LastIdAsync(string taskId, CancellationToken cancellationToken) => events.NewestIdAsync(keys.Events(taskId), cancellationToken);

    /// <param name="task">The task as it stood.</param>
    /// <param name="lastId">Where its stream stood before.</param>
    /// <param name="after">The last event that the client has; null when it is new. What was never given is taken for a new client's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<SseMessage> ReadAsync(
        TaskItem task, string lastId, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!EventPosition.TryParse(after, out _))
        {
            after = null;
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

            // Events of another kind, a gap and a new epoch only say that the task should be looked at again.
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
}
