using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TaskService.Tasks;

internal static class TaskBatchApi
{
    /// <summary>202 when all were accepted, else 207.</summary>
    public static async Task<Results<Accepted<TaskBatchResponse>, JsonHttpResult<TaskBatchResponse>>> SubmitAsync(
        HttpRequest request, ClaimsPrincipal caller, TaskBatch batch, CancellationToken cancellationToken)
    {
        var answer = await batch.SubmitAsync(request, caller, cancellationToken);
        return answer.Refused == 0
            ? TypedResults.Accepted("/v1/tasks", answer)
            : TypedResults.Json(answer, statusCode: StatusCodes.Status207MultiStatus);
    }
}
