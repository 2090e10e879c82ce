using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Redis;
using Platform.Tasks.Payloads;

namespace Platform.Tasks.Items;

/// <summary>A person's tasks, for the person: what was to be done and what it came to. Records and results are not repeated; they can be fetched.</summary>
internal sealed class TaskExport(RedisStore redis, TaskKeys keys, TaskLists lists)
{
    private const int PageSize = 100;

    private static readonly TaskFilter All = new(Status: null, Type: null, From: null, To: null, IdPrefix: null);

    public async IAsyncEnumerable<object> ReadAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await lists.ListAsync(userId, All, cursor, PageSize, cancellationToken);
            foreach (var task in page.Items)
            {
                yield return Record(task);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>When others, or the person, had tasks made about the person.</summary>
    public async IAsyncEnumerable<object> ReadAboutAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var notes = await redis.ExecuteAsync(
            "task.about", database => database.SortedSetRangeByRankWithScoresAsync(keys.About(userId)), cancellationToken);
        foreach (var note in notes)
        {
            yield return new { TaskId = (string)note.Element!, At = DateTimeOffset.FromUnixTimeMilliseconds((long)note.Score) };
        }
    }

    private static object Record(TaskItem task) => new
    {
        task.Id,
        task.Type,
        task.Status,
        Payload = task.HasPayloadAside ? null : PayloadView.Of(task.Payload),
        PayloadLength = StoredPayload.Of(task)?.Length ?? task.Payload.Length,
        Outcome = task.Outcome is null ? (JsonElement?)null : JsonElement.Parse(task.Outcome),
        task.ErrorCode,
        task.CreatedAt,
        task.StartedAt,
        task.FinishedAt,
        task.Attempt,
        HasResult = task is { Status: TaskState.Succeeded, ResultLength: > 0 },
    };
}
