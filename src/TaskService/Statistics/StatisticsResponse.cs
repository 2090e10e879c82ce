using Platform.Tasks.Queues;
using Platform.Tasks.Statistics;

namespace TaskService.Statistics;

/// <summary>Tasks in numbers. What a worker that was killed had counted in its last second is missing.</summary>
/// <param name="Now">How many there are in each place.</param>
/// <param name="Totals">Since ever.</param>
/// <param name="LastHour">Of the last 60 minutes.</param>
/// <param name="Types">The same for each type, by name.</param>
/// <param name="Minutes">The last 60 minutes, oldest first.</param>
internal sealed record StatisticsResponse(
    StatisticsNow Now, TaskCountsResponse Totals, TaskCountsResponse LastHour, DurationsResponse Waited, DurationsResponse Ran,
    IReadOnlyList<TypeStatisticsResponse> Types, IReadOnlyList<MinuteStatisticsResponse> Minutes)
{
    public static StatisticsResponse Of(TaskStatistics statistics, IReadOnlyList<QueueState> queues, long deadLetters) => new(
        new StatisticsNow(queues.Sum(queue => queue.Waiting), queues.Sum(queue => queue.Running), queues.Sum(queue => queue.Delayed), deadLetters),
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
        [.. statistics.Minutes.Select(minute => new MinuteStatisticsResponse(minute.Minute, TaskCountsResponse.Of(minute.Part.All)))]);
}

/// <param name="Waiting">For a worker.</param>
/// <param name="Running">With a worker.</param>
/// <param name="Delayed">For their time.</param>
/// <param name="DeadLetters">Given up and not yet dealt with.</param>
internal sealed record StatisticsNow(long Waiting, long Running, long Delayed, long DeadLetters);

/// <summary>How often what happened.</summary>
/// <param name="Retried">Attempts after which a task was to be tried again.</param>
/// <param name="Claimed">Deliveries taken over from workers that gave no sign; only of all types together.</param>
/// <param name="Refused">Attempts whose writes were refused, because another had taken over.</param>
internal sealed record TaskCountsResponse(
    long Submitted, long Succeeded, long Failed, long Dead, long Cancelled, long Retried, long Claimed, long Refused)
{
    public static TaskCountsResponse Of(TypeStatistics counts) => new(
        counts[TaskCount.Submitted], counts[TaskCount.Succeeded], counts[TaskCount.Failed], counts[TaskCount.Dead], counts[TaskCount.Cancelled],
        counts[TaskCount.Retried], counts[TaskCount.Claimed], counts[TaskCount.Refused]);
}

/// <summary>What so great a share did not exceed, in milliseconds and right to a fifth; null where nothing was measured.</summary>
internal sealed record DurationsResponse(long Count, double? P50, double? P95, double? P99)
{
    public static DurationsResponse Of(IReadOnlyList<long> counts) => new(counts.Sum(), Milliseconds(counts, 0.5), Milliseconds(counts, 0.95), Milliseconds(counts, 0.99));

    private static double? Milliseconds(IReadOnlyList<long> counts, double share) =>
        DurationBuckets.Percentile(counts, share) is { } duration ? Math.Round(duration.TotalMilliseconds, 1) : null;
}

/// <param name="Waited">From when a task could be begun until it was, in the last hour.</param>
/// <param name="Ran">How long an attempt took, in the last hour.</param>
internal sealed record TypeStatisticsResponse(
    string Type, TaskCountsResponse Totals, TaskCountsResponse LastHour, DurationsResponse Waited, DurationsResponse Ran);

internal sealed record MinuteStatisticsResponse(DateTimeOffset At, TaskCountsResponse Counts);
