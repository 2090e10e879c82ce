using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>
/// A task as JSON: <c>{"type": …, "payload": {…}}</c>; small records may lie in <c>payload.records</c>, and <c>queue</c>, <c>priority</c>, <c>delay</c>
/// or <c>runAt</c> say where and when.
/// </summary>
/// <param name="Records">As NDJSON.</param>
internal sealed record JsonSubmission(
    string? Type, JsonElement Payload, ReadOnlyMemory<byte> Records, string? Queue, string? Priority, string? Delay, string? RunAt,
    JsonTaskOptions Options)
{
    private const int Longest = 1024 * 1024;

    private const int LongestEcho = 64;

    private static readonly string[] Members =
        ["type", "payload", "queue", "priority", "delay", "runAt", "unique", "concurrencyKey", "dependsOn", "after"];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Null where it is too large to be had as a whole; then nothing of it was taken.</returns>
    public static async Task<JsonSubmission?> TryReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        if (await ReadAllAsync(body, Longest, cancellationToken) is not { } json)
        {
            return null;
        }

        try
        {
            // What the document holds is copied: the body's memory goes back.
            using var document = Parse(json.ToArray());
            return Of(document.RootElement);
        }
        finally
        {
            body.AdvanceTo(json.End);
        }
    }

    public static ProblemException TooLarge(int longest) => new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", "The request body is too large",
        $"Send at most {longest / (1024 * 1024)} MiB as JSON; send larger files as application/x-ndjson or text/csv.");

    /// <summary>Of records with their options.</summary>
    public static ProblemException TooLarge() => TooLarge(Longest);

    /// <summary>Reads a body of JSON, at most so many bytes.</summary>
    public static async Task<JsonDocument> ReadDocumentAsync(PipeReader body, int longest, CancellationToken cancellationToken)
    {
        if (await ReadAllAsync(body, longest, cancellationToken) is not { } json)
        {
            // The server reads on, to keep the connection.
            body.AdvanceTo((await body.ReadAsync(cancellationToken)).Buffer.End);
            throw TooLarge(longest);
        }

        try
        {
            // What the document holds is copied: the body's memory goes back.
            return Parse(json.ToArray());
        }
        finally
        {
            body.AdvanceTo(json.End);
        }
    }

    public static ProblemException Invalid(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid_json", "The request body is not the JSON that was expected", detail);

    /// <summary>One that is misspelt and passed over would change what is done, or when.</summary>
    /// <param name="json">An object.</param>
    /// <param name="members">Those that it may have.</param>
    /// <exception cref="ProblemException">It has another.</exception>
    public static void EnsureMembers(JsonElement json, string[] members)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name, StringComparer.Ordinal))
            {
                var name = member.Name.Length > LongestEcho ? member.Name[..LongestEcho] : member.Name;
                throw Invalid($"There is no '{name}'. Send no others than: {string.Join(", ", members)}.");
            }
        }
    }

    /// <exception cref="ProblemException">It is not an object with a payload, or holds what is no text.</exception>
    public static JsonSubmission Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("Send an object with type and payload.");
        }

        JsonTexts.EnsureReadable(root);
        EnsureMembers(root, Members);
        if (!root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("Set payload to an object.");
        }

        return new JsonSubmission(
            root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null, payload.Clone(), RecordsOf(payload),
            Word(root, "queue"), Word(root, "priority"), Word(root, "delay"), Word(root, "runAt"),
            JsonTaskOptions.Read(root));
    }

    private static string? Word(JsonElement root, string name) => !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Invalid($"Set {name} to a string.");

    private static ReadOnlyMemory<byte> RecordsOf(JsonElement payload)
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

    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
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

    private static async Task<ReadOnlySequence<byte>?> ReadAllAsync(PipeReader body, int longest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > longest)
            {
                body.AdvanceTo(read.Buffer.Start);
                return null;
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
