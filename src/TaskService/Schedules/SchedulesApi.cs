using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Schedules;

namespace TaskService.Schedules;

internal static class SchedulesApi
{
    private const int DefaultPage = 20;
    private const int MostTries = 5;
    private const long LongestBody = 128 * 1024;

    public static void MapSchedulesApi(this IEndpointRouteBuilder routes)
    {
        var schedules = routes.MapGroup("/v1/schedules").RequireAdmin().WithRequestBodyLimit(LongestBody).WithTags("Schedules");
        schedules.MapGet("/", ListAsync).RefusesUnknownQuery().WithName("ListSchedules").WithSummary("All schedules, by name.");
        schedules.MapGet("/{name}", GetAsync).WithName("GetSchedule").WithSummary("A schedule with its last and next runs.");
        schedules.MapPut("/{name}", PutAsync).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .WithName("PutSchedule").WithSummary("Makes or replaces a schedule; If-Match and If-None-Match: * are honoured.");
        schedules.MapDelete("/{name}", DeleteAsync).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .WithName("DeleteSchedule").WithSummary("Deletes a schedule; If-Match is honoured. Runs that were enqueued stay.");
        schedules.MapPost("/{name}/run", RunAsync).WithIdempotency()
            .WithName("RunSchedule").WithSummary("Enqueues a run now, also of a paused schedule; its slots stay as they are.");
    }

    private static async Task<Results<Ok<Page<ScheduleResponse>>, ProblemHttpResult>> ListAsync(
        ScheduleStore schedules,
        [Description("Where the page before ended.")] string? cursor,
        [Range(1, 100), DefaultValue(DefaultPage)] int? limit,
        CancellationToken cancellationToken)
    {
        if (cursor is not null && !TaskScheduleExtensions.IsName(cursor))
        {
            return Problems.BadRequest("invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, unchanged.");
        }

        var page = await schedules.ListAsync(cursor, limit ?? DefaultPage, cancellationToken);
        var statuses = await schedules.StatusesAsync(page.Items, cancellationToken);
        return TypedResults.Ok(new Page<ScheduleResponse>([.. page.Items.Select(schedule => ScheduleResponse.Of(schedule, statuses))], page.NextCursor));
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> GetAsync(
        string name, HttpResponse response, ScheduleStore schedules, CancellationToken cancellationToken) =>
        await FindAsync(name, schedules, cancellationToken) is { IsRemoved: false } schedule
            ? TypedResults.Ok(await ShowAsync(schedule, response, schedules, cancellationToken))
            : NotFound();

    private static async Task<Results<Ok<ScheduleResponse>, Created<ScheduleResponse>, ProblemHttpResult>> PutAsync(
        string name, ScheduleRequest request, HttpContext http, ClaimsPrincipal caller, ScheduleStore schedules, ScheduleInputs inputs, ILogger<ScheduleInputs> logger,
        CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var seen = await FindAsync(name, schedules, cancellationToken);
            var before = seen is { IsRemoved: false } ? seen : null;
            var version = before is null ? null : ScheduleResponse.VersionOf(before);
            if (!http.Request.IfMatchHolds(version) || !http.Request.IfNoneMatchHolds(version))
            {
                return Changed();
            }

            var (now, _) = await schedules.FirstDueAsync(cancellationToken);
            var definitionBefore = before is null ? null : ScheduleDefinition.Parse(before.Definition);
            var (definition, next) = inputs.Read(name, request, definitionBefore, now);
            var keepsNext = before is { Enabled: true } && definition.HasTimesOf(definitionBefore!);
            var outcome = await schedules.SaveAsync(
                name, seen, definition, request.Enabled, request.Enabled ? next : null, keepsNext, registered: null, cancellationToken);
            if (outcome == SaveOutcome.TooMany)
            {
                return Problems.Conflict("too_many_schedules", "There are too many schedules", "Delete one first, or raise Tasks:Schedules:MostSchedules.");
            }

            if (outcome == SaveOutcome.Saved && await schedules.FindAsync(name, cancellationToken) is { } saved)
            {
                logger.ScheduleSaved(name, caller.UserId());
                var shown = await ShowAsync(saved, http.Response, schedules, cancellationToken);
                return before is null ? TypedResults.Created($"/v1/schedules/{name}", shown) : TypedResults.Ok(shown);
            }
        }

        return Problems.Conflict("schedule_busy", "Others change the schedule all the time", "Read it again, and send the request again if it is still wanted.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string name, HttpRequest request, ClaimsPrincipal caller, ScheduleStore schedules, ILogger<ScheduleInputs> logger, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, schedules, cancellationToken) is not { IsRemoved: false } schedule)
        {
            return NotFound();
        }

        if (!request.IfMatchHolds(ScheduleResponse.VersionOf(schedule)) || !await schedules.RemoveAsync(schedule, cancellationToken))
        {
            return Changed();
        }

        logger.ScheduleDeleted(name, caller.UserId());
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted<ScheduleRunAccepted>, ProblemHttpResult>> RunAsync(
        string name, ClaimsPrincipal caller, ScheduleStore schedules, ILogger<ScheduleInputs> logger, CancellationToken cancellationToken)
    {
        var taskId = PlatformId.New("tsk");
        if (await FindAsync(name, schedules, cancellationToken) is not { IsRemoved: false } schedule
            || !await schedules.RunAsync(name, ScheduleDefinition.Parse(schedule.Definition), taskId, Activity.Current?.Id, cancellationToken))
        {
            return NotFound();
        }

        logger.ScheduleRun(name, taskId, caller.UserId());
        return TypedResults.Accepted($"/v1/tasks/{taskId}", new ScheduleRunAccepted(taskId));
    }

    /// <summary>What is no name never comes near a key.</summary>
    private static async Task<TaskSchedule?> FindAsync(string name, ScheduleStore schedules, CancellationToken cancellationToken) =>
        TaskScheduleExtensions.IsName(name) ? await schedules.FindAsync(name, cancellationToken) : null;

    private static async Task<ScheduleResponse> ShowAsync(
        TaskSchedule schedule, HttpResponse response, ScheduleStore schedules, CancellationToken cancellationToken)
    {
        response.SetETag(ScheduleResponse.VersionOf(schedule));
        return ScheduleResponse.Of(schedule, await schedules.StatusesAsync([schedule], cancellationToken));
    }

    private static ProblemHttpResult NotFound() => Problems.NotFound("schedule_not_found", "No such schedule", "See /v1/schedules for those there are.");

    private static ProblemHttpResult Changed() => Problems.PreconditionFailed(
        "schedule_changed", "The schedule is not as the request supposes", "Read it again and send the new ETag as If-Match, or no condition.");
}
