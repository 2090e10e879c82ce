using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;
using TaskService.Results;

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

    /// <summary>What its handler is told; what is sensitive is (hidden). Only where one task is asked for, and not where it is more than 256 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Payload { get; init; }

    /// <summary>Bytes of the payload as it is kept; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PayloadLength { get; init; }

    /// <summary>Tasks and batches that had to end first; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>How many of those it waits for; only where one task is asked for, and waits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WaitsFor { get; init; }

    /// <summary>The batch that it is of; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Batch { get; init; }

    /// <summary>What it waits for beside its queue: key, where others have its concurrencyKey, or turns, where others of its owner come first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parked { get; init; }

    /// <summary>The last attempts, oldest first; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttemptResponse>? Attempts { get; init; }

    /// <summary>What happened when; only where one task is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TimelineResponse>? Timeline { get; init; }

    /// <summary>With its payload, what it waits for, and its attempts.</summary>
    public static TaskResponse InDetail(TaskItem task, bool forAdmin)
    {
        var attempts = TaskHistory.Attempts(task, forAdmin);
        return Of(task, forAdmin) with
        {
            Payload = task.HasPayloadAside ? null : PayloadView.Of(task.Payload),
            PayloadLength = StoredPayload.Of(task)?.Length ?? task.Payload.Length,
            DependsOn = task.Text("dependsOn")?.Split(' '),
            WaitsFor = task.Status == TaskState.Waiting ? (int?)task.Fields.GetValueOrDefault("waitsFor") : null,
            Batch = task.Text("batch"),
            Parked = ParkedAt(task),
            Attempts = attempts,
            Timeline = TaskHistory.Timeline(task, attempts),
        };
    }

    public static TaskResponse Of(TaskItem task, bool forAdmin) => forAdmin && task.Owner.Length > 0 ? Of(task) with { Owner = task.Owner } : Of(task);

    public static TaskResponse Of(TaskItem task)
    {
        var self = $"/v1/tasks/{task.Id}";
        var hasResult = task.Status == TaskState.Succeeded && task.ResultFile is not null;
        return new TaskResponse(
            task.Id, task.Type, task.Status, new TaskProgress(task.Done, task.Total, task.Message) { HasSucceeded = task.Status == TaskState.Succeeded },
            task.Outcome is null ? null : JsonSerializer.Deserialize<JsonElement>(task.Outcome),
            task is { ErrorCode: not null, Status: not TaskState.Succeeded } ? new TaskError(task.ErrorCode, task.ErrorMessage ?? "") { LastCode = task.LastErrorCode }
                : null,
            task.CreatedAt, task.StartedAt, task.FinishedAt, task.Attempt, task.NextAttemptAt,
            hasResult ? task.ResultLength : null, Lane.QueueOf(task.Lane), task.Lane[(task.Lane.LastIndexOf('.') + 1)..], task.Retries,
            new TaskLinks(self, $"{self}/events", hasResult ? $"{self}/result" : null, task.Status.IsFinal() ? null : $"{self}/cancel",
                CanBeRetried(task) ? $"{self}/retry" : null));
    }

    /// <summary>With a task that is cancelled go its records, and its payload where that lies aside.</summary>
    private static bool CanBeRetried(TaskItem task) => task.Status.CanBeRetried() && !(task.Status == TaskState.Cancelled && task.Fields.ContainsKey("chunks"));

    private static string? ParkedAt(TaskItem task) => task.Status != TaskState.Queued || task.Text("parked") is not { } gate ? null
        : gate == TaskPasses.Of(task.Fields).Key ? "key"
        : "turns";
}

internal sealed record TaskLinks(string Self, string Events, string? Result, string? Cancel, string? Retry);
