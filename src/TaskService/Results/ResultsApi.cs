using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Items;
using TaskService.Tasks;

namespace TaskService.Results;

internal static class ResultsApi
{
    public static void MapResultsApi(this IEndpointRouteBuilder routes) => routes
        .MapMethods("/v1/tasks/{id}/result", [HttpMethods.Get, HttpMethods.Head], DownloadAsync)
        .RequireUser()
        .WithTags("Tasks")
        .WithName("DownloadTaskResult")
        .WithSummary("The result of a task as a file; parts of it with Range.");

    private static async Task<Results<ResultDownload, ProblemHttpResult>> DownloadAsync(
        string id, ClaimsPrincipal caller, TaskStore tasks, ResultStore results, CancellationToken cancellationToken)
    {
        if (await tasks.FindAsync(id, caller.UserId(), cancellationToken) is not { } task)
        {
            return TasksApi.NotFound();
        }

        if (!task.Status.IsFinal())
        {
            return Problems.Conflict(
                "task_not_finished", "The task has not ended", $"It is {task.Status.ToWord()}. Follow /v1/tasks/{id}/events and come back when it is done.");
        }

        if (task.Status != TaskState.Succeeded || task.ResultFile is not { } file)
        {
            return Problems.Conflict("no_result", "The task has no result", $"It ended as {task.Status.ToWord()}; see /v1/tasks/{id}.");
        }

        var index = await results.ReadIndexAsync(id, cancellationToken);
        return index.Sum(length => (long)length) == task.ResultLength && index.Count > 0
            ? new ResultDownload(task, file, index, results)
            : Problems.Gone("result_expired", "The result is no longer kept", "Submit the task again.");
    }
}
