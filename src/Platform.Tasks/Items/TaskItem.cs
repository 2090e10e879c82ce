using System.Globalization;
using Platform.Tasks.Payloads;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>A task as it stands in Redis.</summary>
internal sealed record TaskItem
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>Empty where nobody owns it: another service's, or one of this one's own.</summary>
    public required string Owner { get; init; }

    public required TaskState Status { get; init; }

    /// <summary>Where it waits: queue and priority.</summary>
    public required string Lane { get; init; }

    /// <summary>What the handler is told, JSON.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Whether the payload lies aside; then what stands in its place is none.</summary>
    public bool HasPayloadAside => Fields.ContainsKey(StoredPayload.LengthField);

    /// <summary>What was kept beside, by whoever attached something to the task.</summary>
    public required IReadOnlyDictionary<string, RedisValue> Fields { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it could have been begun: submitted, or given back and due.</summary>
    public required DateTimeOffset AvailableAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public int Attempt { get; init; }

    /// <summary>The number that a write of the present attempt must carry.</summary>
    public long Fence { get; init; }

    public bool CancelRequested { get; init; }

    public long Done { get; init; }

    public long Total { get; init; }

    public string? Message { get; init; }

    /// <summary>JSON; while the task runs, what it has come to so far.</summary>
    public string? Outcome { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Where its attempts were used up, the code of its last error.</summary>
    public string? LastErrorCode => Text("lastErrorCode");

    public long ResultLength { get; init; }

    /// <summary>When the present attempt began, and who runs it; null while none does, or none has said so yet.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    public string? Worker { get; init; }

    /// <summary>The last attempts that ended, as JSON.</summary>
    public string? History { get; init; }

    /// <summary>How often it was put back after it had ended.</summary>
    public int Retries { get; init; }

    /// <summary>The trace of the submitter.</summary>
    public string? TraceParent { get; init; }

    /// <summary>A field of its own; null where it is not there.</summary>
    public string? Text(string field) => Text(Fields, field);

    /// <returns>Null when there is no such task.</returns>
    public static TaskItem? Parse(string id, IReadOnlyDictionary<string, RedisValue> fields)
    {
        if (!fields.TryGetValue("status", out var status))
        {
            return null;
        }

        return new TaskItem
        {
            Id = id,
            Type = Required(fields, "type"),
            Owner = Text(fields, "owner") ?? "",
            Status = TaskStates.Parse(status),
            Lane = Required(fields, "lane"),
            Payload = fields.TryGetValue("payload", out var payload) && payload.Length() > 0 ? (ReadOnlyMemory<byte>)payload : throw Missing("payload"),
            Fields = fields,
            CreatedAt = Time(fields, "created") ?? throw Missing("created"),
            AvailableAt = Time(fields, "available") ?? Time(fields, "created") ?? throw Missing("created"),
            StartedAt = Time(fields, "started"),
            FinishedAt = Time(fields, "finished"),
            NextAttemptAt = Time(fields, "nextAttempt"),
            Attempt = (int)Number(fields, "attempt"),
            Fence = Number(fields, "fence"),
            CancelRequested = fields.ContainsKey("cancel"),
            Done = Number(fields, "done"),
            Total = Number(fields, "total"),
            Message = Text(fields, "message"),
            Outcome = Text(fields, "outcome"),
            ErrorCode = Text(fields, "errorCode"),
            ErrorMessage = Text(fields, "errorMessage"),
            ResultLength = Number(fields, "resultLength"),
            BegunAt = Time(fields, "begun"),
            Worker = Text(fields, "worker"),
            History = Text(fields, "history"),
            Retries = (int)Number(fields, "retries"),
            TraceParent = Text(fields, "traceparent"),
        };
    }

    public static IReadOnlyDictionary<string, RedisValue> ToFields(RedisResult flat)
    {
        var values = (RedisValue[])flat!;
        var fields = new Dictionary<string, RedisValue>(values.Length / 2, StringComparer.Ordinal);
        for (var i = 0; i + 1 < values.Length; i += 2)
        {
            fields[values[i]!] = values[i + 1];
        }

        return fields;
    }

    private static string? Text(IReadOnlyDictionary<string, RedisValue> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.Length() > 0 ? (string?)value : null;

    private static string Required(IReadOnlyDictionary<string, RedisValue> fields, string name) => Text(fields, name) ?? throw Missing(name);

    private static long Number(IReadOnlyDictionary<string, RedisValue> fields, string name) =>
        Text(fields, name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static DateTimeOffset? Time(IReadOnlyDictionary<string, RedisValue> fields, string name) =>
        fields.ContainsKey(name) ? DateTimeOffset.FromUnixTimeMilliseconds(Number(fields, name)) : null;

    private static FormatException Missing(string field) => new($"The task has no field '{field}'.");
}
