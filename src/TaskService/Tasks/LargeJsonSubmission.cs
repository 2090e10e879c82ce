using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;

namespace TaskService.Tasks;

/// <summary>Reads tasks as JSON that is too large to be had as a whole: the payload is put away while it comes in, and read back to be checked.</summary>
internal sealed class LargeJsonSubmission(PayloadStore payloads, IOptions<TasksOptions> options)
{
    private const int LongestRest = 256 * 1024;

    /// <param name="id">Of the task to be.</param>
    /// <exception cref="ProblemException">It is too large, or not a task.</exception>
    public async Task<(JsonSubmission Json, StoredPayload Payload)> ReadAsync(string id, PipeReader body, CancellationToken cancellationToken)
    {
        await using var payload = payloads.Begin(id);
        var cutter = new JsonPayloadCutter(payload);
        try
        {
            ReadResult read;
            do
            {
                read = await body.ReadAsync(cancellationToken);
                try
                {
                    foreach (var segment in read.Buffer)
                    {
                        cutter.Take(segment.Span);
                        await payload.FlushAsync(cancellationToken);
                        if (cutter.Rest.Length > LongestRest)
                        {
                            throw TooLarge($"Beside payload, send at most {LongestRest / 1024} KiB; payload is an object.");
                        }
                    }
                }
                finally
                {
                    // Also when it is refused: the server reads on, to keep the connection.
                    body.AdvanceTo(read.Buffer.End);
                }
            }
            while (!read.IsCompleted);

            using var rest = JsonSubmission.Parse(cutter.Rest);
            return (JsonSubmission.Of(rest.RootElement), await payload.CompleteAsync(cancellationToken));
        }
        catch (PayloadTooLargeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <exception cref="ProblemException">The payload is not what the type takes.</exception>
    public async Task<object> DecodeValidAsync(string id, TaskType type, StoredPayload stored, CancellationToken cancellationToken)
    {
        await using var json = payloads.Open(id, stored);
        try
        {
            var payload = await type.DecodeAsync(json, cancellationToken);
            EnsureValid(payload);
            return payload;
        }
        catch (JsonException exception)
        {
            throw TaskTypeInputs.DoesNotFit(type, exception);
        }
        catch (Exception exception) when (exception is TaskFailedException or UndecodablePayloadException)
        {
            throw TaskSubmission.Lost();
        }
    }

    private static void EnsureValid(object payload)
    {
        try
        {
            TaskTypeInputs.EnsureValid(payload);
        }
        catch (InvalidOperationException)
        {
            // What the class keeps as JSON is read only now.
            throw JsonTexts.Unreadable();
        }
    }

    /// <summary>Puts a payload away that is there as a whole, but too large to lie with its task.</summary>
    /// <exception cref="ProblemException">It is too large.</exception>
    public async Task<StoredPayload> WriteAsync(string id, byte[] payload, CancellationToken cancellationToken)
    {
        try
        {
            return await payloads.WriteBytesAsync(id, payload, cancellationToken);
        }
        catch (PayloadTooLargeException exception)
        {
            throw TooLarge(exception);
        }
    }

    public ProblemException TooLargeForBatch() =>
        TooLarge($"In a batch a payload has at most {StoredPayload.LongestInline / 1024} KiB. Send it by itself to POST /v1/tasks, up to {options.Value.PayloadLimit} bytes.");

    private static ProblemException TooLarge(PayloadTooLargeException exception) => TooLarge($"Send a payload of at most {exception.Limit} bytes.");

    private static ProblemException TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The payload is too large", detail);
}
