using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

internal static class TasksApi
{
    private const int DefaultPage = 20;

    public static void MapTasksApi(this IEndpointRouteBuilder routes)
    {
        var uploadLimit = routes.ServiceProvider.GetRequiredService<IOptions<TasksOptions>>().Value.UploadLimit;
        var tasks = routes.MapGroup("/v1/tasks").RequireUser().WithTags("Tasks");
        tasks.MapPost("/", SubmitAsync).WithRequestBodyLimit(uploadLimit + MultipartRecords.Overhead)
            .DescribesIdempotency(new IdempotencyMetadata(IsRequired: false, TaskKeys.IdempotencyLifetime))
            .WithName("SubmitTask").WithSummary("Submits a task: a file of records with options in the query or in a form, or one JSON document.");
        tasks.MapGet("/", ListAsync).WithName("ListTasks").WithSummary("My tasks, newest first.");
        tasks.MapGet("/{id}", GetAsync).WithName("GetTask").WithSummary("One of my tasks.");
        tasks.MapPost("/{id}/cancel", CancelAsync).WithName("CancelTask").WithSummary("Cancels a task: at once while it waits, within a second while it runs.");
    }

    public static ProblemHttpResult NotFound() => Problems.NotFound(
        "task_not_found", "No such task", "It expired, or never was yours. See /v1/tasks for those you have.");

    private static async Task<Results<Accepted<TaskResponse>, Ok<TaskResponse>>> SubmitAsync(
        HttpRequest request, ClaimsPrincipal caller, TaskSubmission submission, CancellationToken cancellationToken)
    {
        var (task, outcome) = await submission.SubmitAsync(request, caller.UserId(), cancellationToken);
        if (outcome == SubmitOutcome.Replayed)
        {
            var headers = request.HttpContext.Response.Headers;
            headers[IdempotencyKey.ReplayedHeaderName] = "true";
            headers[IdempotencyKey.ExpiresHeaderName] = (task.CreatedAt + TaskKeys.IdempotencyLifetime).ToString("R");
        }

        request.HttpContext.Response.Headers.RetryAfter = "1";
        if (outcome == SubmitOutcome.Duplicate)
        {
            // Nothing was accepted: this is the one that is there.
            request.HttpContext.Response.Headers.Location = $"/v1/tasks/{task.Id}";
            return TypedResults.Ok(TaskResponse.Of(task));
        }

        return TypedResults.Accepted($"/v1/tasks/{task.Id}", TaskResponse.Of(task));
    }

    private static async Task<Results<Ok<Page<TaskResponse>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller,
        TaskStore tasks,
        [Description("Where the page before ended.")] string? cursor,
        [Range(1, 100), DefaultValue(DefaultPage)] int? limit,
        [Description("waiting, queued, running, succeeded, failed, dead or cancelled.")] string? status,
        string? type,
        CancellationToken cancellationToken)
    {
        if (cursor is not null && !PlatformId.IsValid(cursor, "tsk"))
        {
            return Problems.BadRequest("invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, unchanged.");
        }

        TaskState state = default;
        if (status is not null && !TaskStates.TryParse(status, out state))
        {
            return Problems.BadRequest("invalid_status", "Not a status", "Use waiting, queued, running, succeeded, failed, dead or cancelled.");
        }

        var page = await tasks.ListAsync(
            caller.UserId(), cursor, limit ?? DefaultPage, task => (status is null || task.Status == state) && (type is null || task.Type == type), cancellationToken);
        return TypedResults.Ok(new Page<TaskResponse>([.. page.Items.Select(TaskResponse.Of)], page.NextCursor));
    }

    private static async Task<Results<Ok<TaskResponse>, ProblemHttpResult>> GetAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, CancellationToken cancellationToken) =>
        await tasks.FindAsync(id, caller.UserId(), cancellationToken) is { } task ? TypedResults.Ok(TaskResponse.Of(task)) : NotFound();

    private static async Task<Results<Ok<TaskResponse>, Accepted<TaskResponse>, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, CancellationToken cancellationToken)
    {
        var outcome = await tasks.CancelAsync(id, caller.UserId(), cancellationToken);
        if (outcome == CancelOutcome.NotFound || await tasks.FindAsync(id, caller.UserId(), cancellationToken) is not { } task)
        {
            return NotFound();
        }

        // A task that had been cancelled before is what was asked for.
        return outcome switch
        {
            CancelOutcome.Requested => TypedResults.Accepted($"/v1/tasks/{id}", TaskResponse.Of(task)),
            CancelOutcome.TooLate when task.Status != TaskState.Cancelled => Problems.Conflict(
                "task_ended", "The task has ended", $"It ended as {task.Status.ToWord()} and cannot be cancelled any more."),
            _ => TypedResults.Ok(TaskResponse.Of(task)),
        };
    }
}
