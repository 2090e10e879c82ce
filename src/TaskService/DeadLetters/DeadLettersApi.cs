using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using TaskService.Tasks;

namespace TaskService.DeadLetters;

internal static class DeadLettersApi
{
    private const int DefaultPage = 20;

    public static void MapDeadLettersApi(this IEndpointRouteBuilder routes)
    {
        var dead = routes.MapGroup("/v1/tasks/dead").RequireAdmin().RefusesUnknownQuery().WithTags("Dead letters");
        dead.MapGet("/", ListAsync).WithName("ListDeadLetters").WithSummary("Tasks that were given up, the latest first.");
        dead.MapPost("/replay", ReplayAsync).DescribesIdempotency(new IdempotencyMetadata(IsRequired: false, TaskKeys.IdempotencyLifetime))
            .WithName("ReplayDeadLetters")
            .WithSummary("Tries all dead letters again that a filter means, as a task whose progress can be followed; a dry run only counts them.");
        dead.MapDelete("/", DeleteAsync).DescribesIdempotency(new IdempotencyMetadata(IsRequired: false, TaskKeys.IdempotencyLifetime))
            .WithName("DeleteDeadLetters")
            .WithSummary("Removes all dead letters that a filter means, with all that belongs to their tasks; as a task too, and with a dry run.");
    }

    private static async Task<Results<Ok<Page<TaskResponse>>, ProblemHttpResult>> ListAsync(
        DeadLetterLists lists, [AsParameters] DeadLetterQuery query, [Description("Where the page before ended.")] string? cursor,
        [Range(1, 100), DefaultValue(DefaultPage)] int? limit, CancellationToken cancellationToken)
    {
        if (!DeadLetterLists.TryReadCursor(cursor, out var after))
        {
            return Problems.BadRequest("invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, unchanged.");
        }

        var page = await lists.ListAsync(query.ToFilter(), after, limit ?? DefaultPage, cancellationToken);
        return TypedResults.Ok(new Page<TaskResponse>([.. page.Items.Select(task => TaskResponse.Of(task, forAdmin: true))], page.NextCursor));
    }

    private static Task<Results<Ok<DeadLetterCountResponse>, Accepted<TaskResponse>>> ReplayAsync(
        ReplayDeadLettersRequest request, HttpContext context, ClaimsPrincipal caller, DeadLetterStore dead, TaskSubmission submission, TaskTypes types,
        TaskPlacements placements, ILogger<DeadLetterLists> logger, CancellationToken cancellationToken) =>
        BeginAsync(
            ReplayDeadLettersHandler.Type, "POST /v1/tasks/dead/replay", request.ToFilter(), request.DryRun, context, caller, dead, submission, types, placements,
            logger, cancellationToken);

    private static Task<Results<Ok<DeadLetterCountResponse>, Accepted<TaskResponse>>> DeleteAsync(
        [AsParameters] DeadLetterQuery query, [Description("Only counts what would be removed.")] bool? dryRun, HttpContext context, ClaimsPrincipal caller,
        DeadLetterStore dead, TaskSubmission submission, TaskTypes types, TaskPlacements placements, ILogger<DeadLetterLists> logger,
        CancellationToken cancellationToken) =>
        BeginAsync(
            DeleteDeadLettersHandler.Type, "DELETE /v1/tasks/dead", query.ToFilter(), dryRun == true, context, caller, dead, submission, types, placements,
            logger, cancellationToken);

    private static async Task<Results<Ok<DeadLetterCountResponse>, Accepted<TaskResponse>>> BeginAsync(
        string type, string route, DeadLetterFilter filter, bool isDryRun, HttpContext context, ClaimsPrincipal caller, DeadLetterStore dead,
        TaskSubmission submission, TaskTypes types, TaskPlacements placements, ILogger<DeadLetterLists> logger, CancellationToken cancellationToken)
    {
        if (isDryRun)
        {
            return TypedResults.Ok(new DeadLetterCountResponse(await dead.CountAsync(filter, cancellationToken)));
        }

        var draft = new TaskDraft(types.Find(type)!, filter, Input: null, Hash: [], placements.Default);
        var (task, outcome) = await submission.SubmitAsync(context.Request, caller.UserId(), route, draft, cancellationToken);
        if (outcome == SubmitOutcome.Accepted)
        {
            logger.DeadLettersBegun(task.Id, type, caller.UserId());
        }

        return (Accepted<TaskResponse>)TasksApi.Answer(context, task, outcome).Result;
    }
}
