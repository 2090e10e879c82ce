using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using StackExchange.Redis;

namespace Platform.Tasks.Gates;

/// <summary>The gates of a task by the digests that stand in their keys; null where it has none.</summary>
/// <param name="Key">Lets so many tasks of one key through at once.</param>
/// <param name="Turns">Lets so many tasks of one person through at once. It comes after the other.</param>
internal readonly record struct TaskPasses(string? Key, string? Turns)
{
    public const string KeyField = "keyGate";
    public const string TurnsField = "turnGate";

    /// <summary>The gate that is asked first.</summary>
    public string? First => Key ?? Turns;

    /// <summary>As they stand with a task.</summary>
    public static TaskPasses Of(IReadOnlyDictionary<string, RedisValue> fields) => new(fields.GetValueOrDefault(KeyField), fields.GetValueOrDefault(TurnsField));

    /// <summary>A place in the list of a gate.</summary>
    /// <param name="lane">Where the task goes afterwards.</param>
    public string Entry(string taskId, string lane) => $"{taskId} {lane} {(Key is null ? null : Turns) ?? "-"}";

    public IEnumerable<string> All()
    {
        if (Key is not null)
        {
            yield return Key;
        }

        if (Turns is not null)
        {
            yield return Turns;
        }
    }
}

/// <summary>Which gates a task has to pass, and how many each lets through.</summary>
internal sealed record TaskGating(TaskPasses Passes, int KeyLimit, int TurnLimit)
{
    public static readonly TaskGating None = new(default, 0, 0);

    public static TaskGating Of(TaskDigests digests, NewTask task, int keyLimit, int turnLimit) => new(
        new TaskPasses(
            task.ConcurrencyKey is null ? null : digests.Of("concurrency key", task.Owner, task.ConcurrencyKey),
            task.Owner.Length == 0 ? null : TaskPersonalData.Digest(task.Owner)),
        keyLimit, turnLimit);
}
