using System.Runtime.InteropServices;
using System.Text.Json;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using System.Security.Claims;

namespace TaskService.Tasks;

/// <summary>
/// Takes many tasks in with one request. Each is accepted or refused by itself, with a claim of its own under the key of the whole: a batch that
/// was cut short anywhere is sent again, and what was accepted before is known.
/// </summary>
internal sealed class TaskBatch(TaskSubmission submission, TaskDrafts drafts, OwnerLimits limits, SubmitClaims claims, TaskDigests digests)
{
    public const int Longest = 8 * 1024 * 1024;

    private const string Route = "POST /v1/tasks/batch";
    public const int MostTasks = 1000;

    /// <summary>So many are on their way to Redis at once, in as few trips as there are.</summary>
    private const int AtOnce = 128;

    public async Task<TaskBatchResponse> SubmitAsync(HttpRequest request, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var owner = caller.UserId();
        var key = request.Headers[IdempotencyKey.HeaderName];
        _ = claims.Digest(key, owner, Route);
        using var document = await JsonSubmission.ReadDocumentAsync(request.BodyReader, Longest, cancellationToken);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            // What the tasks say is looked at one by one.
            JsonTexts.EnsureNamesReadable(document.RootElement);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("tasks", out var list)
            || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostTasks)
        {
            throw JsonSubmission.Invalid($"Send an object with tasks: an array of 1 to {MostTasks} objects with type and payload.");
        }

        JsonSubmission.EnsureMembers(document.RootElement, ["tasks"]);
        var fingerprint = digests.Of("batch", owner, JsonMarshal.GetRawUtf8Value(document.RootElement));
        JsonElement[] tasks = [.. list.EnumerateArray()];
        var answers = new TaskBatchItem[tasks.Length];

        // The first claim tells whether the key was used for another batch: nothing of this one is accepted then.
        var first = 0;
        do
        {
            answers[first] = await SubmitOneAsync(first);
        }
        while (answers[first].Id is null && ++first < tasks.Length);

        await Parallel.ForAsync(
            first + 1, Math.Max(first + 1, tasks.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, _) => answers[i] = await SubmitOneAsync(i));
        return new TaskBatchResponse(answers.Count(answer => answer.Id is not null), answers.Count(answer => answer.Id is null), answers);

        async Task<TaskBatchItem> SubmitOneAsync(int index)
        {
            try
            {
                var (task, outcome) = await submission.SubmitAsync(
                    owner, limits.Of(caller), claims.Digest(key, owner, $"{Route}#{index}"),
                    async id => await drafts.ReadAsync(JsonSubmission.Of(tasks[index]), id, caller, cancellationToken) with { IsOfBatch = true },
                    fingerprint, cancellationToken);
                return new TaskBatchItem(index, task.Id, task.Status, outcome != SubmitOutcome.Accepted, Error: null);
            }
            catch (ProblemException exception) when (
                exception.Status is StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden or StatusCodes.Status413PayloadTooLarge
                or StatusCodes.Status429TooManyRequests)
            {
                return new TaskBatchItem(index, Id: null, Status: null, Replayed: false, new TaskBatchError(exception.Code, exception.Message));
            }
        }
    }
}

/// <param name="Accepted">How many were accepted, now or before.</param>
/// <param name="Refused">How many were not.</param>
/// <param name="Items">For each task, in their order.</param>
internal sealed record TaskBatchResponse(int Accepted, int Refused, IReadOnlyList<TaskBatchItem> Items);

/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Id">Null where it was refused.</param>
/// <param name="Replayed">Whether it was there before: accepted under the same key, or unique and the same.</param>
/// <param name="Error">Why it was refused.</param>
internal sealed record TaskBatchItem(int Index, string? Id, TaskState? Status, bool Replayed, TaskBatchError? Error);

/// <param name="Code">The stable word of the problem.</param>
/// <param name="Detail">What to change.</param>
internal sealed record TaskBatchError(string Code, string Detail);
