using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Queues;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>A task as its owner sees it.</summary>
/// <param name="Outcome">What it came to, by type; while it runs, what it has come to so far.</param>
/// <param name="Error">Why the last attempt did not succeed.</param>
/// <param name="Attempt">How often it was begun.</param>
/// <param name="NextAttemptAt">When it will be tried again.</param>
/// <param name="Queue">Where it waits.</param>
/// <param name="Priority">high, normal or low.</param>
/// <param name="Retries">How often it was put back after it had ended.</param>
/// <param name="ResultLength">Bytes of the result, once it is there.</param>
internal sealed record TaskResponse(
    string Id,
    string Type,
    TaskState Status,
    TaskProgress Progress,
    JsonElement? Outcome,
    TaskError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    int Attempt,
    DateTimeOffset? NextAttemptAt,
    long? ResultLength,
    string Queue,
    string Priority,
    int Retries,
    TaskLinks Links)
{
    /// <summary>Whose task it is; for administrators.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Owner { get; init; }

    /// <summary>The last attempts, oldest first; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttemptResponse>? Attempts { get; init; }

    /// <summary>What happened when; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TimelineResponse>? Timeline { get; init; }

    /// <summary>With its attempts.</summary>
    public static TaskResponse InDetail(TaskItem task, bool forAdmin)
    {
        var attempts = TaskHistory.Attempts(task, forAdmin);
        return Of(task, forAdmin) with { Attempts = attempts, Timeline = TaskHistory.Timeline(task, attempts) };
    }

    public static TaskResponse Of(TaskItem task, bool forAdmin) => forAdmin && task.Owner.Length > 0 ? Of(task) with { Owner = task.Owner } : Of(task);

    public static TaskResponse Of(TaskItem task)
    {
        var self = $"/v1/tasks/{task.Id}";
        var hasResult = task is { Status: TaskState.Succeeded, Input: not null };
        return new TaskResponse(
            task.Id, task.Type, task.Status, new TaskProgress(task.Done, task.Total, task.Message),
            task.Outcome is null ? null : JsonSerializer.Deserialize<JsonElement>(task.Outcome),
            task is { ErrorCode: not null, Status: not TaskState.Succeeded } ? new TaskError(task.ErrorCode, task.ErrorMessage ?? "") : null,
            task.CreatedAt, task.StartedAt, task.FinishedAt, task.Attempt, task.NextAttemptAt,
            hasResult ? task.ResultLength : null, Lane.QueueOf(task.Lane), task.Lane[(task.Lane.LastIndexOf('.') + 1)..], task.Retries,
            new TaskLinks(self, $"{self}/events", hasResult ? $"{self}/result" : null, task.Status.IsFinal() ? null : $"{self}/cancel",
                task.Status.CanBeRetried() ? $"{self}/retry" : null));
    }
}

internal sealed record TaskLinks(string Self, string Events, string? Result, string? Cancel, string? Retry);
