using System.ComponentModel;
using Platform.Tasks.Queues;

namespace TaskService.Queues;

/// <param name="Items">In the order of the configuration.</param>
internal sealed record QueuesResponse(IReadOnlyList<QueueResponse> Items);

/// <summary>How a queue stands.</summary>
/// <param name="PausedUntil">When the pause ends by itself; null where somebody has to end it, or there is none.</param>
/// <param name="Waiting">Tasks that could be run now.</param>
/// <param name="Running">Tasks that a worker holds.</param>
/// <param name="Delayed">Tasks that wait for their time.</param>
/// <param name="NextDueAt">When that of the first has come.</param>
/// <param name="OldestAgeSeconds">How long the first of the waiting has waited.</param>
internal sealed record QueueResponse(
    string Name, bool Paused, DateTimeOffset? PausedUntil, long Waiting, long Running, long Delayed, DateTimeOffset? NextDueAt, double OldestAgeSeconds,
    IReadOnlyList<QueuePriorityResponse> Priorities)
{
    public static QueueResponse Of(QueueState queue) => new(
        queue.Name, queue.IsPaused, queue.PausedUntil, queue.Waiting, queue.Running, queue.Delayed, queue.NextDueAt, Seconds(queue.OldestAge),
        [.. queue.Lanes.Select(lane => new QueuePriorityResponse(lane.Lane.PriorityWord, lane.Waiting, lane.Running, Seconds(lane.OldestAge)))]);

    private static double Seconds(TimeSpan age) => Math.Round(age.TotalSeconds, 3);
}

internal sealed record QueuePriorityResponse(string Priority, long Waiting, long Running, double OldestAgeSeconds);

/// <summary>For how long a queue is paused; until somebody resumes it where neither is sent.</summary>
internal sealed class PauseQueueRequest
{
    [Description("Such as 00:10:00.")]
    public TimeSpan? For { get; init; }

    public DateTimeOffset? Until { get; init; }
}
