using Platform.Tasks.Dependencies;

namespace Platform.Tasks.Batches;

/// <summary>A task of a batch, or the one that is run after it.</summary>
/// <param name="Type">The stable name of its type.</param>
/// <param name="Payload">What its handler is told; written as JSON.</param>
public sealed record BatchTask(string Type, object Payload);

/// <summary>What is run when all tasks of a batch have ended.</summary>
/// <param name="Task">The task; its handler finds the figures with <c>TaskClient.FindBatchAsync</c>.</param>
/// <param name="After">Whether it is run whatever the others came to, or fails where one of them has not succeeded.</param>
public sealed record BatchCompletion(BatchTask Task, AfterMode After = AfterMode.Ended);

/// <summary>A batch that was enqueued.</summary>
/// <param name="Id">As in <c>bat_01k9w3…</c>; other tasks can depend on it.</param>
/// <param name="TaskIds">In the order of the tasks.</param>
/// <param name="CompletionId">The task that is run after them; null where there is none.</param>
public sealed record TaskBatch(string Id, IReadOnlyList<string> TaskIds, string? CompletionId);

/// <summary>How far a batch has come. A task counts once, with its first end.</summary>
/// <param name="Total">Its tasks, without the one that is run after them.</param>
/// <param name="Done">Those that succeeded.</param>
/// <param name="Failed">Those that failed, were given up or cancelled.</param>
/// <param name="CompletionId">The task that is run after them; null where there is none.</param>
public sealed record BatchProgress(string Id, int Total, int Done, int Failed, string? CompletionId)
{
    /// <summary>When it was enqueued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether all have ended.</summary>
    public bool IsComplete => Done + Failed >= Total;
}
