using System.Globalization;
using Platform.Tasks.Items;
using StackExchange.Redis;

namespace TaskService.Inputs;

/// <summary>The records of a task, as they lie in Redis.</summary>
/// <param name="Chunks">How many chunks there are; the first of a CSV file is its header.</param>
/// <param name="Records">How many records they hold.</param>
/// <param name="Bytes">The size of the file.</param>
internal sealed record StoredInput(RecordFormat Format, int Chunks, long Records, long Bytes)
{
    /// <summary>The names in the header of a CSV file, while it is taken in; not kept.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public static StoredInput? Parse(IReadOnlyDictionary<string, RedisValue> fields) =>
        !fields.TryGetValue("format", out var format) ? null : new StoredInput(
            format == "csv" ? RecordFormat.Csv : RecordFormat.NdJson,
            (int)Number(fields, "chunks"), Number(fields, "records"), Number(fields, "inputBytes"));

    /// <summary>What the task keeps of it.</summary>
    public Attachment ToAttachment() => new(
        Chunks,
        [
            new("format", Format == RecordFormat.Csv ? "csv" : "ndjson"), new("chunks", Chunks), new("records", Records), new("inputBytes", Bytes),
            new("total", Records),
        ]);

    private static long Number(IReadOnlyDictionary<string, RedisValue> fields, string name) =>
        fields.TryGetValue(name, out var value) ? long.Parse((string)value!, CultureInfo.InvariantCulture) : 0;
}

internal static class StoredInputExtensions
{
    extension(TaskItem task)
    {
        /// <summary>The records that came with it; null when the type takes none.</summary>
        public StoredInput? Input => StoredInput.Parse(task.Fields);
    }
}
