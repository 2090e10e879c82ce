using System.Text.Json;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>A task as its owner sees it.</summary>
/// <param name="Outcome">What it came to, by type; while it runs, what it has come to so far.</param>
/// <param name="Error">Why the last attempt did not succeed.</param>
/// <param name="Attempt">How often it was begun.</param>
/// <param name="NextAttemptAt">When it will be tried again.</param>
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
    TaskLinks Links)
{
    public static TaskResponse Of(TaskItem task)
    {
        var self = $"/v1/tasks/{task.Id}";
        var hasResult = task is { Status: TaskState.Succeeded, Input: not null };
        return new TaskResponse(
            task.Id, task.Type, task.Status, new TaskProgress(task.Done, task.Total, task.Message),
            task.Outcome is null ? null : JsonSerializer.Deserialize<JsonElement>(task.Outcome),
            task is { ErrorCode: not null, Status: not TaskState.Succeeded } ? new TaskError(task.ErrorCode, task.ErrorMessage ?? "") : null,
            task.CreatedAt, task.StartedAt, task.FinishedAt, task.Attempt, task.NextAttemptAt,
            hasResult ? task.ResultLength : null,
            new TaskLinks(self, $"{self}/events", hasResult ? $"{self}/result" : null, task.Status.IsFinal() ? null : $"{self}/cancel"));
    }
}

internal sealed record TaskLinks(string Self, string Events, string? Result, string? Cancel);
