using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;

namespace TaskService.Queues;

internal static class QueuesApi
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(365);

    public static void MapQueuesApi(this IEndpointRouteBuilder routes)
    {
        var queues = routes.MapGroup("/v1/queues").RequireAdmin().RefusesUnknownQuery().WithTags("Queues");
        queues.MapGet("/", ListAsync).WithName("ListQueues").WithSummary("How the queues stand: what waits, runs and is delayed, and which are paused.");
        queues.MapPost("/{name}/pause", PauseAsync).WithName("PauseQueue")
            .WithSummary("Takes nothing from a queue any more, within a second in every worker: for some time, until a moment, or until it is resumed.");
        queues.MapPost("/{name}/resume", ResumeAsync).WithName("ResumeQueue").WithSummary("Takes from a queue again, within a second.");
    }

    private static async Task<Ok<QueuesResponse>> ListAsync(QueueStates queues, TaskGates gates, CancellationToken cancellationToken)
    {
        var (states, parked) = (queues.ReadAsync(cancellationToken), gates.CountParkedAsync(cancellationToken));
        return TypedResults.Ok(new QueuesResponse([.. (await states).Select(QueueResponse.Of)], ParkedResponse.Of(await parked)));
    }

    private static async Task<Results<Ok<QueueResponse>, ProblemHttpResult>> PauseAsync(
        string name, PauseQueueRequest? request, ClaimsPrincipal caller, QueueStates queues, TaskLanes lanes, TimeProvider time, ILogger<QueueStates> logger,
        CancellationToken cancellationToken)
    {
        if (!lanes.IsQueue(name))
        {
            return NotFound(lanes);
        }

        if (request is { For: not null, Until: not null }
            || request?.For <= TimeSpan.Zero || request?.For > LongestPause || request?.Until <= time.GetUtcNow() || request?.Until > time.GetUtcNow() + LongestPause)
        {
            return Problems.BadRequest(
                "invalid_pause", "Not a time to pause", "Send for, such as 00:10:00, or until, a time to come, or neither: at most a year.");
        }

        await queues.PauseAsync(name, request?.For, request?.Until, cancellationToken);
        var state = await StateAsync(name, queues, cancellationToken);
        logger.QueuePaused(name, caller.UserId(), state.PausedUntil?.ToString("O", CultureInfo.InvariantCulture) ?? "it is resumed");
        return TypedResults.Ok(state);
    }

    private static async Task<Results<Ok<QueueResponse>, ProblemHttpResult>> ResumeAsync(
        string name, ClaimsPrincipal caller, QueueStates queues, TaskLanes lanes, ILogger<QueueStates> logger, CancellationToken cancellationToken)
    {
        if (!lanes.IsQueue(name))
        {
            return NotFound(lanes);
        }

        await queues.ResumeAsync(name, cancellationToken);
        logger.QueueResumed(name, caller.UserId());
        return TypedResults.Ok(await StateAsync(name, queues, cancellationToken));
    }

    private static async Task<QueueResponse> StateAsync(string name, QueueStates queues, CancellationToken cancellationToken) =>
        QueueResponse.Of((await queues.ReadAsync(cancellationToken)).Single(queue => queue.Name == name));

    private static ProblemHttpResult NotFound(TaskLanes lanes) =>
        Problems.NotFound("queue_not_found", "No such queue", $"There are: {string.Join(", ", lanes.Queues)}.");
}
