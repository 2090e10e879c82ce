using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Erasure;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Queues;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>
/// Takes a task in: what is to be done, and the records, which are put away while they come in. Only when the last of them is there is
/// the task queued; until then there is nothing but an input that expires.
/// </summary>
internal sealed class TaskSubmission(
    TaskStore tasks, TaskLanes lanes, TaskTypes types, IEnumerable<RecordsTaskType> recordsTypes, InputStore inputs, SubmitClaims claims, IOptions<TasksOptions> options)
{
    public const string Route = "POST /v1/tasks";

    private readonly Dictionary<string, RecordsTaskType> _recordsTypes = recordsTypes.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <returns>The task, and whether it was accepted now, by an earlier request with the same key, or is one that is the same.</returns>
    public async Task<(TaskItem Task, SubmitOutcome Outcome)> SubmitAsync(HttpRequest request, string owner, CancellationToken cancellationToken)
    {
        var digest = claims.Digest(request.Headers[IdempotencyKey.HeaderName], owner, Route);
        var id = PlatformId.New("tsk");
        var isOurs = true;
        try
        {
            var draft = await ReadAsync(request, id, cancellationToken);
            EnsureFieldsExist(draft);
            var payload = JsonSerializer.SerializeToUtf8Bytes(draft.Payload, draft.Payload.GetType(), JsonDefaults.Options);
            var task = new NewTask(
                id, draft.Type.Name, owner, payload, draft.Input?.ToAttachment(),
                digest is null ? null : new IdempotencyClaim(digest, Fingerprint(draft, payload, draft.Options)), Activity.Current?.Id)
            {
                // By default all that was sent makes it the same, the records too.
                Unique = draft.Options.Unique is { } unique
                    ? unique with { Key = unique.Key ?? Fingerprint(draft, payload, JsonTaskOptions.None) }
                    : null,
                DependsOn = draft.Options.DependsOn,
                After = draft.Options.After,
                DependsOnOwnOnly = true,
                Lane = lanes.Find(lanes.Queues[0], TaskPriority.Normal),
            };

            // From here on the records may belong to a queued task, also when the answer does not come.
            isOurs = false;
            var (outcome, accepted) = await tasks.SubmitAsync(task, cancellationToken);
            isOurs = outcome != SubmitOutcome.Accepted;
            return outcome switch
            {
                SubmitOutcome.KeyReused => throw SubmitClaims.Refusal(IdempotencyProblem.Reused),
                SubmitOutcome.InputIncomplete => throw Problems.Unavailable(
                    TimeSpan.FromSeconds(1), "upload_lost", "The records were lost on the way", "Send the request again."),
                SubmitOutcome.OwnerErased => throw ErasureProblems.PersonErased(),
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

    private async Task<TaskDraft> ReadAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_encoding", "Unsupported content encoding", "Send the body as it is, not compressed.");
        }

        var given = new TaskOptionsReader();
        foreach (var (name, values) in request.Query)
        {
            given.Add(name, values);
        }

        if (RecordFormats.FromMediaType(request.ContentType) is { } format)
        {
            // What is wrong with the options is told before the file is read.
            var type = types.Required(given.One("type"));
            var payload = PayloadOf(type, given);
            RefuseLarger(request.ContentLength);
            var (input, hash) = await WriteAsync(id, request.BodyReader, format, cancellationToken);
            return new TaskDraft(type, payload, input, hash);
        }

        if (request.HasJsonContentType())
        {
            given.EnsureAllAsked();
            return await ReadJsonAsync(request, id, cancellationToken);
        }

        if (MultipartRecords.Boundary(request.ContentType) is { } boundary)
        {
            RefuseLarger(request.ContentLength - MultipartRecords.Overhead);
            var (input, hash) = await MultipartRecords.ReadAsync(
                boundary, request.Body, given, (file, fileFormat) => WriteAsync(id, file, fileFormat, cancellationToken), cancellationToken);
            var type = types.Required(given.One("type"));
            return new TaskDraft(type, PayloadOf(type, given), input, hash);
        }

        throw new ProblemException(
            StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type",
            $"Send {RecordFormats.Accepted}, multipart/form-data with a file, or application/json.");
    }

    private async Task<TaskDraft> ReadJsonAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var (typeName, json, records, options) = await JsonSubmission.ReadAsync(request.BodyReader, cancellationToken);
        var type = types.Required(typeName);
        var payload = type.DecodeValid(json);
        if (!_recordsTypes.ContainsKey(type.Name))
        {
            return new TaskDraft(type, payload, Input: null, Hash: []) { Options = options };
        }

        var (input, hash) = await WriteAsync(id, PipeReader.Create(new ReadOnlySequence<byte>(records)), RecordFormat.NdJson, cancellationToken);
        return new TaskDraft(type, payload, input, hash) { Options = options };
    }

    private async Task<(StoredInput Input, byte[] Hash)> WriteAsync(string id, PipeReader file, RecordFormat format, CancellationToken cancellationToken)
    {
        try
        {
            return await inputs.WriteAsync(id, file, format, options.Value.UploadLimit, cancellationToken);
        }
        catch (InputException exception)
        {
            throw new ProblemException(exception.Status, exception.Code, exception.Title, exception.Message);
        }
    }

    private object PayloadOf(TaskType type, TaskOptionsReader given)
    {
        if (!_recordsTypes.TryGetValue(type.Name, out var recordsType))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "This type of task takes no file",
                "Send application/json with type and payload.");
        }

        var payload = recordsType.FromOptions(given);
        given.EnsureAllAsked();
        TaskTypeInputs.EnsureValid(payload);
        return payload;
    }

    private static void EnsureFieldsExist(TaskDraft draft)
    {
        if (draft is not { Input.Columns: { } columns, Payload: INamesFields fields })
        {
            return;
        }

        try
        {
            fields.EnsureColumnsExist(columns);
        }
        catch (InputException exception)
        {
            throw new ProblemException(exception.Status, exception.Code, exception.Title, exception.Message);
        }
    }

    private void RefuseLarger(long? length)
    {
        if (length > options.Value.UploadLimit)
        {
            var exception = InputException.TooLarge(options.Value.UploadLimit);
            throw new ProblemException(exception.Status, exception.Code, exception.Title, exception.Message);
        }
    }

    private static string Fingerprint(TaskDraft draft, byte[] payload, JsonTaskOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{draft.Type.Name}\n{Encoding.UTF8.GetString(payload)}\n{draft.Input?.Format}\n"));
        if (options != JsonTaskOptions.None)
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options, JsonDefaults.Options));
        }

        hash.AppendData(draft.Hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ProblemException Expired() => new(
        StatusCodes.Status409Conflict, "task_expired", "The task of this Idempotency-Key is no longer kept", "Send another key to submit it again.");

    private sealed record TaskDraft(TaskType Type, object Payload, StoredInput? Input, byte[] Hash)
    {
        public JsonTaskOptions Options { get; init; } = JsonTaskOptions.None;
    }
}
