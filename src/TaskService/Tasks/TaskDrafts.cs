using System.Buffers;
using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>What a request asks for, checked. The records are put away while they come in.</summary>
internal sealed class TaskDrafts(
    TaskTypes types, IEnumerable<RecordsTaskType> recordsTypes, IEnumerable<ISubmitRule> rules, TaskPlacements placements, InputStore inputs, LargeJsonSubmission large,
    UploadTurns uploads, IOptions<TasksOptions> options)
{
    private readonly Dictionary<string, RecordsTaskType> _recordsTypes = recordsTypes.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <param name="request">A file with options in the query, a form, or one JSON document.</param>
    /// <param name="id">Of the task to be.</param>
    /// <param name="caller">Who asks; for administrators the service's own types are meant too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">It is not a task.</exception>
    public async Task<TaskDraft> ReadAsync(HttpRequest request, string id, ClaimsPrincipal caller, CancellationToken cancellationToken)
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
            var type = types.Required(given.One("type"), caller.IsAdmin());
            var payload = PayloadOf(type, given);
            RefuseLarger(request.ContentLength);
            using var turn = uploads.Take(caller.UserId(), request.ContentLength);
            var (input, hash) = await WriteAsync(id, request.BodyReader, format, cancellationToken);
            return new TaskDraft(type, payload, input, hash, placements.Default);
        }

        if (request.HasJsonContentType())
        {
            given.EnsureAllAsked();
            return await JsonSubmission.TryReadAsync(request.BodyReader, cancellationToken) is { } json
                ? await ReadAsync(json, id, caller, cancellationToken)
                : await ReadLargeAsync(request.BodyReader, id, caller, cancellationToken);
        }

        if (MultipartRecords.Boundary(request.ContentType) is { } boundary)
        {
            RefuseLarger(request.ContentLength - MultipartRecords.Overhead);
            using var turn = uploads.Take(caller.UserId(), request.ContentLength);
            var (input, hash) = await MultipartRecords.ReadAsync(
                boundary, request.Body, given, (file, fileFormat) => WriteAsync(id, file, fileFormat, cancellationToken), cancellationToken);
            var type = types.Required(given.One("type"), caller.IsAdmin());
            return new TaskDraft(type, PayloadOf(type, given), input, hash, placements.Default);
        }

        throw new ProblemException(
            StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type",
            $"Send {RecordFormats.Accepted}, multipart/form-data with a file, or application/json.");
    }

    /// <exception cref="ProblemException">It is not a task.</exception>
    public async Task<TaskDraft> ReadAsync(JsonSubmission json, string id, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var type = types.Required(json.Type, caller.IsAdmin());
        var placement = placements.Of(json, _recordsTypes.ContainsKey(type.Name));
        var payload = type.DecodeValid(json.Payload);
        EnsureAllowed(payload, caller);
        if (!_recordsTypes.ContainsKey(type.Name))
        {
            return new TaskDraft(type, payload, Input: null, Hash: [], placement) { Options = json.Options };
        }

        var (input, hash) = await WriteAsync(id, PipeReader.Create(new ReadOnlySequence<byte>(json.Records)), RecordFormat.NdJson, cancellationToken);
        return new TaskDraft(type, payload, input, hash, placement) { Options = json.Options };
    }

    private async Task<TaskDraft> ReadLargeAsync(PipeReader body, string id, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        using var turn = uploads.Take(caller.UserId(), length: null);
        var (json, stored) = await large.ReadAsync(id, body, cancellationToken);
        var type = types.Required(json.Type, caller.IsAdmin());
        if (_recordsTypes.ContainsKey(type.Name))
        {
            throw JsonSubmission.TooLarge();
        }

        var placement = placements.Of(json, hasRecords: false);
        var payload = await large.DecodeValidAsync(id, type, stored, cancellationToken);
        EnsureAllowed(payload, caller);
        var draft = new TaskDraft(type, payload, Input: null, Hash: [], placement) { Options = json.Options };
        if (payload is Stream)
        {
            return draft with { Aside = stored };
        }

        // Kept, and known again, is what the type takes, not what it was wrapped in.
        await inputs.DiscardAsync(id);
        return draft;
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

    /// <exception cref="ProblemException">The caller may not ask for it.</exception>
    private void EnsureAllowed(object payload, ClaimsPrincipal caller) => rules.Ensure(payload, caller.IsAdmin() ? null : caller.UserId());

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

    /// <exception cref="ProblemException">A column that the task names is not there.</exception>
    public static void EnsureFieldsExist(TaskDraft draft)
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
}

/// <param name="Hash">Of the records.</param>
internal sealed record TaskDraft(TaskType Type, object Payload, StoredInput? Input, byte[] Hash, TaskPlacement Placement)
{
    public JsonTaskOptions Options { get; init; } = JsonTaskOptions.None;

    /// <summary>The payload, where it lies aside already.</summary>
    public StoredPayload? Aside { get; init; }

    /// <summary>Whether the payload has to lie with its task.</summary>
    public bool IsOfBatch { get; init; }
}
