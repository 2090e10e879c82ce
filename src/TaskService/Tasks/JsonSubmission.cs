using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>A task as one JSON document: <c>{"type": …, "payload": {…}}</c>; small records may lie in <c>payload.records</c>.</summary>
internal static class JsonSubmission
{
    private const int Longest = 1024 * 1024;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Type, payload, the records as NDJSON, and what is said beside.</returns>
    public static async Task<(string? Type, JsonElement Payload, ReadOnlyMemory<byte> Records, JsonTaskOptions Options)> ReadAsync(
        PipeReader body, CancellationToken cancellationToken)
    {
        var json = await ReadAllAsync(body, cancellationToken);
        try
        {
            return Read(json);
        }
        finally
        {
            body.AdvanceTo(json.End);
        }
    }

    public static ProblemException Invalid(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid_json", "The request body is not the JSON that was expected", detail);

    private static (string? Type, JsonElement Payload, ReadOnlyMemory<byte> Records, JsonTaskOptions Options) Read(ReadOnlySequence<byte> json)
    {
        using var document = Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("Send an object with type and payload.");
        }

        var type = root.TryGetProperty("type", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        if (!root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("Set payload to an object.");
        }

        return (type, payload.Clone(), Records(payload), JsonTaskOptions.Read(root));
    }

    private static ReadOnlyMemory<byte> Records(JsonElement payload)
    {
        if (!payload.TryGetProperty("records", out var records))
        {
            return default;
        }

        if (records.ValueKind != JsonValueKind.Array)
        {
            throw Invalid("Set payload.records to an array of objects.");
        }

        var lines = new ArrayBufferWriter<byte>();
        foreach (var record in records.EnumerateArray())
        {
            using (var writer = new Utf8JsonWriter(lines, Compact))
            {
                record.WriteTo(writer);
            }

            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    private static JsonDocument Parse(ReadOnlySequence<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw Invalid($"Correct the JSON in line {exception.LineNumber + 1}, at byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static async Task<ReadOnlySequence<byte>> ReadAllAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > Longest)
            {
                body.AdvanceTo(read.Buffer.End);
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large", "The request body is too large",
                    "Send at most 1 MiB as JSON; send larger files as application/x-ndjson or text/csv.");
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
