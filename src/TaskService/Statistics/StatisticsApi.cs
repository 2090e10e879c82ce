using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;
using Platform.Tasks.Statistics;

namespace TaskService.Statistics;

internal static class StatisticsApi
{
    public static void MapStatisticsApi(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/stats", GetAsync)
        .RequireAdmin()
        .RefusesUnknownQuery()
        .WithTags("Tasks")
        .WithName("GetTaskStatistics")
        .WithSummary("Tasks in numbers: by state and type since ever, the last hour by minutes, and how long tasks waited and ran.");

    private static async Task<Ok<StatisticsResponse>> GetAsync(
        StatisticsStore statistics, QueueStates queues, TaskGates gates, DeadLetterStore dead, CancellationToken cancellationToken)
    {
        var counted = statistics.ReadAsync(cancellationToken);
        var parked = gates.CountParkedAsync(cancellationToken);
        var letters = dead.CountAllAsync(cancellationToken);
        return TypedResults.Ok(StatisticsResponse.Of(await counted, await queues.ReadAsync(cancellationToken), await parked, await letters));
    }
}
