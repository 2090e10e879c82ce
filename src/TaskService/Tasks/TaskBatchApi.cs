using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Batches;

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

    public static async Task<Results<Ok<BatchResponse>, ProblemHttpResult>> GetAsync(
        string id, ClaimsPrincipal caller, TaskBatches batches, CancellationToken cancellationToken) =>
        await batches.FindAsync(id, cancellationToken) is { } batch && (caller.IsAdmin() || batch.Owner == caller.UserId())
            ? TypedResults.Ok(BatchResponse.Of(batch.Progress, caller.IsAdmin() ? batch.Owner : ""))
            : Problems.NotFound("batch_not_found", "No such batch", "It expired, or never was yours.");
}

/// <summary>A batch of tasks that were enqueued together, as its owner sees it.</summary>
/// <param name="Status">open, succeeded, or failed where all have ended and one has not succeeded.</param>
/// <param name="Total">How many tasks it has, without the one that is run after them.</param>
/// <param name="Failed">Those that failed, were given up or cancelled.</param>
/// <param name="CompletionId">The task that is run after them; null where there is none.</param>
internal sealed record BatchResponse(string Id, string Status, int Total, int Succeeded, int Failed, string? CompletionId, DateTimeOffset CreatedAt)
{
    /// <summary>Whose batch it is; for administrators.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Owner { get; init; }

    public static BatchResponse Of(BatchProgress batch, string owner) => new(
        batch.Id, !batch.IsComplete ? "open" : batch.Failed == 0 ? "succeeded" : "failed", batch.Total, batch.Done, batch.Failed, batch.CompletionId, batch.CreatedAt)
    {
        Owner = owner.Length == 0 ? null : owner,
    };
}
