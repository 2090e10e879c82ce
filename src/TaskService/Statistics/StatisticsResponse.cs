using System.ComponentModel;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;
using Platform.Tasks.Statistics;
using TaskService.Queues;

namespace TaskService.Statistics;

/// <summary>Tasks in numbers. What a worker that was killed had counted in its last second is missing.</summary>
/// <param name="Now">How many there are in each place.</param>
/// <param name="Totals">Since ever.</param>
/// <param name="LastHour">Of the last 60 minutes.</param>
/// <param name="Waited">From when a task could be begun until it was, in the last hour.</param>
/// <param name="Ran">How long an attempt took, in the last hour.</param>
/// <param name="Types">The same for each type, by name.</param>
/// <param name="Minutes">The last 60 minutes, oldest first.</param>
/// <param name="Queues">How the queues stood in the same moment.</param>
internal sealed record StatisticsResponse(
    StatisticsNow Now, TaskCountsResponse Totals, TaskCountsResponse LastHour, DurationsResponse Waited, DurationsResponse Ran,
    IReadOnlyList<TypeStatisticsResponse> Types, IReadOnlyList<MinuteStatisticsResponse> Minutes,
    IReadOnlyList<QueueResponse> Queues)
{
    public static StatisticsResponse Of(TaskStatistics statistics, IReadOnlyList<QueueState> queues, ParkedTasks parked, long deadLetters) => new(
        new StatisticsNow(queues.Sum(queue => queue.Waiting), queues.Sum(queue => queue.Running), queues.Sum(queue => queue.Delayed), queues.Sum(queue => queue.Dependent),
            parked.Tasks, deadLetters),
        TaskCountsResponse.Of(statistics.Totals.All),
        TaskCountsResponse.Of(statistics.LastHour.All),
        DurationsResponse.Of(statistics.LastHour.All.Waits),
        DurationsResponse.Of(statistics.LastHour.All.Runs),
        [
            .. statistics.Totals.Types.Union(statistics.LastHour.Types, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(type =>
            {
                var lastHour = statistics.LastHour.Of(type);
                return new TypeStatisticsResponse(
                    type, TaskCountsResponse.Of(statistics.Totals.Of(type)), TaskCountsResponse.Of(lastHour), DurationsResponse.Of(lastHour.Waits),
                    DurationsResponse.Of(lastHour.Runs));
            }),
        ],
        [.. statistics.Minutes.Select(minute => new MinuteStatisticsResponse(minute.Minute, TaskCountsResponse.Of(minute.Part.All)))],
        [.. queues.Select(QueueResponse.Of)]);
}

/// <summary>How many tasks there are in each place.</summary>
internal sealed record StatisticsNow(
    [property: Description("Tasks for a worker.")] long Waiting,
    [property: Description("Tasks with a worker.")] long Running,
    [property: Description("Tasks for their time.")] long Delayed,
    [property: Description("Tasks for others to end: those they depend on, or one that is the same.")] long Dependent,
    [property: Description("Tasks for others of their key, or for their owner's turn.")] long Parked,
    [property: Description("Tasks given up and not yet dealt with.")] long DeadLetters);

/// <summary>How often what happened.</summary>
internal sealed record TaskCountsResponse(
    [property: Description("Tasks that were accepted.")] long Submitted,
    [property: Description("Tasks that ended so.")] long Succeeded,
    [property: Description("Tasks that ended so: another attempt would not have helped.")] long Failed,
    [property: Description("Tasks that were given up.")] long Dead,
    [property: Description("Tasks that ended so.")] long Cancelled,
    [property: Description("Attempts after which a task was to be tried again.")] long Retried,
    [property: Description("Deliveries taken over from workers that gave no sign; only of all types together.")] long Claimed,
    [property: Description("Attempts whose writes were refused, because another had taken over.")] long Refused)
{
    public static TaskCountsResponse Of(TypeStatistics counts) => new(
        counts[TaskCount.Submitted], counts[TaskCount.Succeeded], counts[TaskCount.Failed], counts[TaskCount.Dead], counts[TaskCount.Cancelled],
        counts[TaskCount.Retried], counts[TaskCount.Claimed], counts[TaskCount.Refused]);
}

/// <summary>What so great a share did not exceed, in milliseconds and right to a fifth.</summary>
internal sealed record DurationsResponse(
    [property: Description("How many were measured.")] long Count,
    [property: Description("Milliseconds that half of them did not exceed; null where nothing was measured.")] double? P50,
    [property: Description("Milliseconds that 95 of 100 did not exceed; null where nothing was measured.")] double? P95,
    [property: Description("Milliseconds that 99 of 100 did not exceed; null where nothing was measured.")] double? P99)
{
    public static DurationsResponse Of(IReadOnlyList<long> counts) => new(counts.Sum(), Milliseconds(counts, 0.5), Milliseconds(counts, 0.95), Milliseconds(counts, 0.99));

    private static double? Milliseconds(IReadOnlyList<long> counts, double share) =>
        DurationBuckets.Percentile(counts, share) is { } duration ? Math.Round(duration.TotalMilliseconds, 1) : null;
}

/// <summary>Tasks of a type in numbers.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Totals">Since ever.</param>
/// <param name="LastHour">Of the last 60 minutes.</param>
/// <param name="Waited">From when a task could be begun until it was, in the last hour.</param>
/// <param name="Ran">How long an attempt took, in the last hour.</param>
internal sealed record TypeStatisticsResponse(
    string Type, TaskCountsResponse Totals, TaskCountsResponse LastHour, DurationsResponse Waited, DurationsResponse Ran);

/// <summary>A minute in numbers.</summary>
/// <param name="At">When it began.</param>
/// <param name="Counts">What happened in it.</param>
internal sealed record MinuteStatisticsResponse(DateTimeOffset At, TaskCountsResponse Counts);
