using System.ComponentModel;
using System.Text.Json.Serialization;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;

namespace TaskService.Queues;

/// <param name="Items">In the order of the configuration.</param>
/// <param name="Parked">Tasks that are in no lane yet, whatever their queue.</param>
internal sealed record QueuesResponse(IReadOnlyList<QueueResponse> Items, ParkedResponse Parked);

/// <summary>Tasks that wait for others of their key, or for their owner's turn.</summary>
/// <param name="Gates">Keys and people that have as many in the lanes as they may.</param>
/// <param name="Tasks">How many wait there.</param>
internal sealed record ParkedResponse(int Gates, long Tasks)
{
    public static ParkedResponse Of(ParkedTasks parked) => new(parked.Gates, parked.Tasks);
}

/// <summary>How a queue stands.</summary>
internal sealed record QueueResponse(
    [property: Description("Its name.")] string Name,
    [property: Description("Whether nothing is taken from it now.")] bool Paused,
    [property: Description("When the pause ends by itself; null where somebody has to end it, or there is none.")] DateTimeOffset? PausedUntil,
    [property: Description("Tasks that could be run now.")] long Waiting,
    [property: Description("Tasks that a worker holds.")] long Running,
    [property: Description("Tasks that wait for their time.")] long Delayed,
    [property: Description("When that of the first has come.")] DateTimeOffset? NextDueAt,
    [property: Description("Tasks that wait for others to end: those they depend on, or one that is the same.")] long Dependent,
    [property: Description("How long the first of the waiting has waited, in seconds; 0 where none waits.")] double OldestAgeSeconds,
    [property: Description("How often ever a task came to wait for a worker, further attempts included: the difference of two answers is a rate.")] long Entered,
    [property: Description("The same for each priority, the highest first.")] IReadOnlyList<QueuePriorityResponse> Priorities)
{
    public static QueueResponse Of(QueueState queue) => new(
        queue.Name, queue.IsPaused, queue.PausedUntil, queue.Waiting, queue.Running, queue.Delayed, queue.NextDueAt, queue.Dependent, Seconds(queue.OldestAge), queue.Entered,
        [.. queue.Lanes.Select(lane => new QueuePriorityResponse(lane.Lane.PriorityWord, lane.Waiting, lane.Running, Seconds(lane.OldestAge)))]);

    private static double Seconds(TimeSpan age) => Math.Round(age.TotalSeconds, 3);
}

/// <summary>How tasks of one priority stand in a queue.</summary>
internal sealed record QueuePriorityResponse(
    [property: Description("high, normal or low.")] string Priority,
    [property: Description("Tasks that could be run now.")] long Waiting,
    [property: Description("Tasks that a worker holds.")] long Running,
    [property: Description("How long the first of the waiting has waited, in seconds; 0 where none waits.")] double OldestAgeSeconds);

/// <summary>For how long a queue is paused; until somebody resumes it where neither is sent.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class PauseQueueRequest
{
    [Description("Such as 00:10:00.")]
    public TimeSpan? For { get; init; }

    public DateTimeOffset? Until { get; init; }
}
