using Platform.Tasks.Handlers;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

/// <summary>An attempt at a task.</summary>
/// <param name="Attempt">From 1; it begins anew when the task is put back.</param>
/// <param name="Status">What became of it: running, succeeded, failed, dead, cancelled, retried, handed_back, or lost with its worker.</param>
/// <param name="EndedAt">Null while it runs; of one that was lost, when that was noticed.</param>
/// <param name="Worker">Who ran it; for administrators.</param>
/// <param name="Error">Why it did not succeed.</param>
internal sealed record AttemptResponse(
    int Attempt, long Fence, string Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Worker, TaskError? Error);

/// <summary>A moment of a task's life.</summary>
/// <param name="Event">submitted, due, attempt_started, attempt_ended or finished.</param>
/// <param name="Detail">Of an attempt, what became of it; of the end, how the task ended.</param>
internal sealed record TimelineResponse(DateTimeOffset At, string Event, int? Attempt, string? Detail);

/// <summary>What happened to a task, as far as it is kept: its last attempts, and its timeline.</summary>
internal static class TaskHistory
{
    public static IReadOnlyList<AttemptResponse> Attempts(TaskItem task, bool withWorkers)
    {
        var ended = TaskAttempt.Of(task).Select(attempt => new AttemptResponse(
            attempt.Attempt, attempt.Fence, attempt.Status, attempt.BegunAt, attempt.EndedAt, withWorkers ? attempt.Worker : null,
            string.IsNullOrEmpty(attempt.Code) ? null : new TaskError(attempt.Code, attempt.Message ?? "")));
        return task is { Status: TaskState.Running, BegunAt: { } begun }
            ? [.. ended, new AttemptResponse(task.Attempt, task.Fence, "running", begun, EndedAt: null, withWorkers ? task.Worker : null, Error: null)]
            : [.. ended];
    }

    public static IReadOnlyList<TimelineResponse> Timeline(TaskItem task, IReadOnlyList<AttemptResponse> attempts)
    {
        var moments = new List<TimelineResponse> { new(task.CreatedAt, "submitted", Attempt: null, Detail: null) };
        foreach (var attempt in attempts)
        {
            moments.Add(new(attempt.StartedAt, "attempt_started", attempt.Attempt, Detail: null));
            if (attempt.EndedAt is { } ended)
            {
                moments.Add(new(ended, "attempt_ended", attempt.Attempt, attempt.Status));
            }
        }

        if (task.NextAttemptAt is { } next && !task.Status.IsFinal())
        {
            moments.Add(new(next, "due", Attempt: null, Detail: null));
        }

        if (task.FinishedAt is { } finished)
        {
            moments.Add(new(finished, "finished", Attempt: null, task.Status.ToWord()));
        }

        return [.. moments.OrderBy(moment => moment.At)];
    }
}
