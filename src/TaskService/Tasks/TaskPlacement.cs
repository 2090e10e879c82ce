using System.Globalization;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.Tasks.Queues;

namespace TaskService.Tasks;

/// <summary>Where and when a task is run.</summary>
/// <param name="Delay">How long it waits.</param>
/// <param name="RunAt">Until when it waits; what is past is now.</param>
internal sealed record TaskPlacement(string Queue, TaskPriority Priority, TimeSpan Delay, DateTimeOffset? RunAt)
{
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{Queue}\n{Priority}\n{Delay}\n{RunAt:O}\n");

    public TimeSpan DelayFrom(DateTimeOffset now) => RunAt is null ? Delay : RunAt > now ? RunAt.Value - now : TimeSpan.Zero;
}

/// <summary>Reads and checks where and when a task is to be run.</summary>
internal sealed class TaskPlacements(TaskLanes lanes, TimeProvider time)
{
    /// <summary>Where nothing is said.</summary>
    public TaskPlacement Default { get; } = new(lanes.Queues[0], TaskPriority.Normal, TimeSpan.Zero, RunAt: null);

    /// <param name="json">What was asked for.</param>
    /// <param name="hasRecords">Whether records wait with the task: they are not kept as long.</param>
    /// <exception cref="ProblemException">There is no such place or time.</exception>
    public TaskPlacement Of(JsonSubmission json, bool hasRecords)
    {
        var placement = new TaskPlacement(Queue(json.Queue), Priority(json.Priority), Delay(json.Delay), RunAt(json.RunAt));
        if (json.Delay is not null && json.RunAt is not null)
        {
            throw Invalid("Set delay or runAt, not both.");
        }

        return placement.DelayFrom(time.GetUtcNow()) <= (hasRecords ? NewTaskDelays.LongestWithData : NewTaskDelays.Longest) ? placement
            : throw (hasRecords ? TooLate("its records are") : Invalid($"The task must be run within {NewTaskDelays.Longest.TotalDays} days."));
    }

    /// <exception cref="ProblemException">It waits longer than a payload may that lies aside.</exception>
    public static void EnsurePayloadKept(TaskPlacement placement, DateTimeOffset now)
    {
        if (placement.DelayFrom(now) > NewTaskDelays.LongestWithData)
        {
            throw TooLate("a payload of more than 256 KiB is");
        }
    }

    private static ProblemException TooLate(string data) =>
        Invalid($"The task must be run within {NewTaskDelays.LongestWithData.TotalDays} days: {data} not kept longer.");

    /// <summary>All types that are taken here are run here: in the queue of another service nobody would know them.</summary>
    private string Queue(string? name) => name is null ? lanes.Queues[0]
        : lanes.ServedQueues.Contains(name, StringComparer.Ordinal) ? name
        : throw Invalid($"Set queue to one of: {string.Join(", ", lanes.ServedQueues)}.");

    private static TaskPriority Priority(string? word) => word switch
    {
        null or "normal" => TaskPriority.Normal,
        "high" => TaskPriority.High,
        "low" => TaskPriority.Low,
        _ => throw Invalid("Set priority to high, normal or low."),
    };

    private static TimeSpan Delay(string? text) => text is null ? TimeSpan.Zero
        : text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var delay) && delay >= TimeSpan.Zero ? delay
        : throw Invalid("Set delay to a time such as 00:05:00, or 2.00:00:00 for two days.");

    private static DateTimeOffset? RunAt(string? text) => text is null ? null
        : text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw Invalid("Set runAt to a time such as 2027-01-31T08:00:00Z.");

    private static ProblemException Invalid(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid_placement", "The task cannot be placed", detail);
}
