using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.PersonalData;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>
/// Takes a task in: what is to be done, and the records, which are put away while they come in. Only when the last of them is there is
/// the task queued; until then there is nothing but an input that expires.
/// </summary>
internal sealed class TaskSubmission(
    TaskStore tasks, TaskLanes lanes, TaskDrafts drafts, TaskPayloads payloads, TaskDigests digests, InputStore inputs, LargeJsonSubmission large,
    OwnerLimits limits, SubmitClaims claims, TimeProvider time)
{
    public const string Route = "POST /v1/tasks";

    /// <returns>The task, and whether it was accepted now, by an earlier request with the same key, or is one that is the same.</returns>
    /// <exception cref="ProblemException">It is not taken.</exception>
    public Task<(TaskItem Task, SubmitOutcome Outcome)> SubmitAsync(HttpRequest request, ClaimsPrincipal caller, CancellationToken cancellationToken) => SubmitAsync(
        caller.UserId(), limits.Of(caller), claims.Digest(request.Headers[IdempotencyKey.HeaderName], caller.UserId(), Route),
        id => drafts.ReadAsync(request, id, caller, cancellationToken), fingerprint: null, cancellationToken);

    /// <summary>Takes a task in that the service itself has drafted for its caller.</summary>
    public Task<(TaskItem Task, SubmitOutcome Outcome)> SubmitAsync(
        HttpRequest request, string owner, string route, TaskDraft draft, CancellationToken cancellationToken) => SubmitAsync(
        owner, bounds: null, claims.Digest(request.Headers[IdempotencyKey.HeaderName], owner, route), _ => Task.FromResult(draft), fingerprint: null, cancellationToken);

    /// <param name="owner">Whose task it will be.</param>
    /// <param name="bounds">How much the owner may have with it; null where it does not matter.</param>
    /// <param name="digest">What stands for the idempotency key; null where there is none.</param>
    /// <param name="read">Drafts the task of the id that it is given.</param>
    /// <param name="fingerprint">What the key must not be used for anything else than; by default what the draft says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(TaskItem Task, SubmitOutcome Outcome)> SubmitAsync(
        string owner, OwnerBounds? bounds, string? digest, Func<string, Task<TaskDraft>> read, string? fingerprint, CancellationToken cancellationToken)
    {
        var id = PlatformId.New("tsk");
        var isOurs = true;
        try
        {
            var draft = await read(id);
            TaskDrafts.EnsureFieldsExist(draft);
            var (sent, payload, aside) = await EncodeAsync(id, draft, cancellationToken);
            var task = new NewTask(
                id, draft.Type.Name, owner, payload, aside?.ToAttachment() ?? draft.Input?.ToAttachment(),
                digest is null ? null : new IdempotencyClaim(digest, fingerprint ?? Fingerprint(draft, sent, isWhole: true)), Activity.Current?.Id)
            {
                // By default all that is to be done makes it the same, the records too.
                Unique = (draft.Type.Options.Unique ?? draft.Options.Unique) is { } unique
                    ? unique with { Key = unique.Key ?? Fingerprint(draft, sent, isWhole: false) }
                    : null,
                ConcurrencyKey = draft.Options.ConcurrencyKey,
                DependsOn = draft.Options.DependsOn,
                After = draft.Options.After,
                DependsOnOwnOnly = true,
                Bounds = bounds,
                Lane = lanes.Find(draft.Placement.Queue, draft.Placement.Priority),
                Delay = draft.Placement.DelayFrom(time.GetUtcNow()),
            };

            // From here on the records may belong to a queued task, also when the answer does not come.
            isOurs = false;
            var (outcome, accepted) = await tasks.SubmitAsync(task, cancellationToken);
            isOurs = outcome != SubmitOutcome.Accepted;
            return outcome switch
            {
                SubmitOutcome.KeyReused => throw SubmitClaims.Refusal(IdempotencyProblem.Reused),
                SubmitOutcome.InputIncomplete => throw Lost(),
                SubmitOutcome.OwnerErased => throw ErasureProblems.PersonErased(),
                SubmitOutcome.TooManyOpen => throw limits.TooManyOpen(),
                SubmitOutcome.TooMuchAside => throw limits.TooMuchAside(),
                SubmitOutcome.DependencyUnknown => throw new ProblemException(
                    StatusCodes.Status400BadRequest, "unknown_dependency", "There is no such task to depend on",
                    "Set dependsOn to ids of your tasks or batches that are still kept."),
                _ => (accepted ?? throw Expired(), outcome),
            };
        }
        catch (RedisUnavailableException exception) when (exception.Reason == RedisUnavailableReason.TimedOut)
        {
            // To discard the records would keep the caller waiting as long again. They expire.
            isOurs = false;
            throw;
        }
        finally
        {
            if (isOurs)
            {
                await inputs.DiscardAsync(id);
            }
        }
    }

    public static ProblemException Lost() =>
        Problems.Unavailable(TimeSpan.FromSeconds(1), "upload_lost", "What was sent was lost on the way", "Send the request again.");

    /// <returns>What was sent, by which it is known again; what lies with the task; what lies aside.</returns>
    private async Task<(byte[] Sent, byte[] Payload, StoredPayload? Aside)> EncodeAsync(string id, TaskDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Aside is { } aside)
        {
            TaskPlacements.EnsurePayloadKept(draft.Placement, time.GetUtcNow());
            return (Encoding.ASCII.GetBytes(aside.Hash), StoredPayload.Marker, aside);
        }

        var sent = TaskPayloads.Plain(draft.Payload);
        if (sent.Length <= StoredPayload.LongestInline)
        {
            return (sent, SensitiveProperties.MayBeIn(draft.Payload.GetType()) ? payloads.Encode(id, draft.Type.Name, draft.Payload) : sent, null);
        }

        if (draft.IsOfBatch)
        {
            throw large.TooLargeForBatch();
        }

        TaskPlacements.EnsurePayloadKept(draft.Placement, time.GetUtcNow());
        return (sent, StoredPayload.Marker, await large.WriteAsync(id, sent, cancellationToken));
    }

    /// <param name="isWhole">Whether where, when and beside what it is run belongs to it.</param>
    private string Fingerprint(TaskDraft draft, byte[] sent, bool isWhole)
    {
        using var hash = digests.Begin($"submit\n{draft.Type.Name}\n{draft.Input?.Format}\n");
        hash.AppendData(sent);
        if (isWhole)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(draft.Placement.Fingerprint));
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(draft.Options, JsonDefaults.Options));
        }

        hash.AppendData(draft.Hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ProblemException Expired() => new(
        StatusCodes.Status409Conflict, "task_expired", "The task of this Idempotency-Key is no longer kept", "Send another key to submit it again.");
}
