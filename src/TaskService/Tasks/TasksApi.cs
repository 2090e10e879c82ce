using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

internal static class TasksApi
{
    public static void MapTasksApi(this IEndpointRouteBuilder routes)
    {
        var uploadLimit = routes.ServiceProvider.GetRequiredService<IOptions<TasksOptions>>().Value.UploadLimit;
        var tasks = routes.MapGroup("/v1/tasks").RequireUser().WithTags("Tasks");
        tasks.MapPost("/", SubmitAsync).WithRequestBodyLimit(uploadLimit + MultipartRecords.Overhead).DescribeSubmit()
            .DescribesIdempotency(new IdempotencyMetadata(IsRequired: false, TaskKeys.IdempotencyLifetime))
            .WithName("SubmitTask").WithSummary("Submits a task: a file of records with options in the query or in a form, or one JSON document.");
        tasks.MapGet("/", TaskListsApi.ListAsync).RefusesUnknownQuery().WithName("ListTasks").WithSummary("My tasks, newest first; for administrators anybody's, or everybody's.");
        tasks.MapPost("/batch", TaskBatchApi.SubmitAsync).WithRequestBodyLimit(TaskBatch.Longest).DescribeBatch()
            .DescribesIdempotency(new IdempotencyMetadata(IsRequired: false, TaskKeys.IdempotencyLifetime))
            .Produces<TaskBatchResponse>(StatusCodes.Status207MultiStatus)
            .WithName("SubmitTasks").WithSummary("Submits up to 1,000 tasks as JSON, and answers for each.");
        tasks.MapGet("/batches/{id}", TaskBatchApi.GetAsync).WithName("GetBatch").WithSummary("How far one of my batches has come; for administrators anybody's.");
        tasks.MapGet("/{id}", GetAsync).WithName("GetTask").WithSummary("One of my tasks, with its payload and attempts; for administrators anybody's.");
        tasks.MapPost("/{id}/cancel", CancelAsync).WithName("CancelTask").WithSummary("Cancels a task: at once while it waits, within a second while it runs.");
        tasks.MapPost("/{id}/retry", RetryAsync).WithName("RetryTask").WithSummary("Tries a task again that failed, was given up or cancelled.");
    }

    public static ProblemHttpResult NotFound() => Problems.NotFound(
        "task_not_found", "No such task", "It expired, or never was yours. See /v1/tasks for those you have.");

    /// <summary>A task was accepted, now or by an earlier request with the same key, or there is one that is the same.</summary>
    public static Results<Accepted<TaskResponse>, Ok<TaskResponse>> Answer(HttpContext context, TaskItem task, SubmitOutcome outcome)
    {
        var headers = context.Response.Headers;
        if (outcome == SubmitOutcome.Replayed)
        {
            headers[IdempotencyKey.ReplayedHeaderName] = "true";
            headers[IdempotencyKey.ExpiresHeaderName] = (task.CreatedAt + TaskKeys.IdempotencyLifetime).ToString("R");
        }

        headers.RetryAfter = "1";
        if (outcome == SubmitOutcome.Duplicate)
        {
            // Nothing was accepted: this is the one that is there.
            headers.Location = $"/v1/tasks/{task.Id}";
            return TypedResults.Ok(TaskResponse.Of(task));
        }

        return TypedResults.Accepted($"/v1/tasks/{task.Id}", TaskResponse.Of(task));
    }

    private static async Task<Results<Accepted<TaskResponse>, Ok<TaskResponse>>> SubmitAsync(
        HttpRequest request, ClaimsPrincipal caller, TaskSubmission submission, CancellationToken cancellationToken)
    {
        var (task, outcome) = await submission.SubmitAsync(request, caller, cancellationToken);
        return Answer(request.HttpContext, task, outcome);
    }

    private static async Task<Results<Ok<TaskResponse>, ProblemHttpResult>> GetAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, CancellationToken cancellationToken) =>
        await tasks.FindForAsync(caller, id, cancellationToken) is { } task ? TypedResults.Ok(TaskResponse.InDetail(task, caller.IsAdmin())) : NotFound();

    private static async Task<Results<Ok<TaskResponse>, Accepted<TaskResponse>, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, TaskTypes types, CancellationToken cancellationToken)
    {
        if (await tasks.FindForAsync(caller, id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        if (found.Owner.Length == 0 && types.Find(found.Type) is { Options.IsCancellable: false })
        {
            return Problems.Conflict("not_cancellable", "The task is the service's own", $"Others' work hangs on it. Let it run: tasks of the type {found.Type} end by themselves.");
        }

        var outcome = await tasks.CancelAsync(id, found.Owner, cancellationToken);
        if (outcome == CancelOutcome.NotFound || await tasks.FindForAsync(caller, id, cancellationToken) is not { } task)
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

    private static async Task<Results<Accepted<TaskResponse>, ProblemHttpResult>> RetryAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, TaskRetries retries, RetryRights rights, OwnerLimits limits, CancellationToken cancellationToken)
    {
        if (await tasks.FindForAsync(caller, id, cancellationToken) is not { } task)
        {
            return NotFound();
        }

        await rights.EnsureAsync(task, caller, cancellationToken);
        var outcome = await retries.RetryAsync(task, limits.Of(caller)?.OpenTasks ?? 0, cancellationToken);
        if (await tasks.FindForAsync(caller, id, cancellationToken) is not { } retried)
        {
            return NotFound();
        }

        return outcome switch
        {
            RetryOutcome.Queued => TypedResults.Accepted($"/v1/tasks/{id}", TaskResponse.Of(retried, caller.IsAdmin())),
            RetryOutcome.InputGone => Problems.Conflict(
                "records_expired", "The records or the payload of the task are no longer kept", "Submit them again as a new task."),
            RetryOutcome.TooManyOpen => throw limits.TooManyOpen(),
            RetryOutcome.Duplicate => Problems.Conflict(
                "task_open_already", "Another that is the same is open", $"Wait until it has ended, or cancel it: see /v1/tasks?type={retried.Type}."),
            _ => Problems.Conflict(
                "task_not_retryable", "The task cannot be tried again",
                $"It is {retried.Status.ToWord()}. Only a task that failed, is dead or was cancelled can be tried again."),
        };
    }
}
