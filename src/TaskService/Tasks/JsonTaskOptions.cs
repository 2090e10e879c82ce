using System.Text.Json;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Items;
using Platform.Tasks.Unique;

namespace TaskService.Tasks;

/// <summary>What a JSON submission says of the task beside its type and payload.</summary>
internal sealed record JsonTaskOptions
{
    public static readonly JsonTaskOptions None = new();

    public const int LongestKey = 200;

    public TaskUniqueness? Unique { get; init; }

    /// <summary>Of the owner's tasks with the same key so many run at once as their type says.</summary>
    public string? ConcurrencyKey { get; init; }

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public AfterMode After { get; init; }

    public static JsonTaskOptions Read(JsonElement root)
    {
        var options = new JsonTaskOptions
        {
            Unique = root.TryGetProperty("unique", out var unique) ? ReadUnique(unique) : null,
            ConcurrencyKey = ReadKey(root, "concurrencyKey", "concurrencyKey"),
            DependsOn = root.TryGetProperty("dependsOn", out var dependsOn) ? ReadDependsOn(dependsOn) : [],
            After = !root.TryGetProperty("after", out var after) ? AfterMode.Succeeded : Text(after) switch
            {
                "succeeded" => AfterMode.Succeeded,
                "ended" => AfterMode.Ended,
                _ => throw JsonSubmission.Invalid("Set after to succeeded or ended."),
            },
        };
        return options is { Unique.RunAgain: true, DependsOn.Count: > 0 }
            ? throw JsonSubmission.Invalid("Leave out dependsOn or unique.runAgain: a task that is run again after another depends on that one alone.")
            : options;
    }

    private static TaskUniqueness ReadUnique(JsonElement unique)
    {
        if (unique.ValueKind != JsonValueKind.Object)
        {
            throw JsonSubmission.Invalid("Set unique to an object with while, and key or runAgain if they are wanted.");
        }

        JsonSubmission.EnsureMembers(unique, ["while", "key", "runAgain"]);
        return new TaskUniqueness
        {
            Key = ReadKey(unique, "key", "unique.key"),
            While = (unique.TryGetProperty("while", out var state) ? Text(state) : "both") switch
            {
                "queued" => UniqueWhile.Queued,
                "running" => UniqueWhile.Running,
                "both" => UniqueWhile.Both,
                _ => throw JsonSubmission.Invalid("Set unique.while to queued, running or both."),
            },
            RunAgain = unique.TryGetProperty("runAgain", out var again) && again.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw JsonSubmission.Invalid("Set unique.runAgain to true or false."),
            },
        };
    }

    /// <param name="path">As the caller knows it.</param>
    private static string? ReadKey(JsonElement parent, string name, string path) => !parent.TryGetProperty(name, out var given) ? null
        : Text(given) is { Length: > 0 and <= LongestKey } key ? key
        : throw JsonSubmission.Invalid($"Set {path} to a text of 1 to {LongestKey} characters, or leave it out.");

    private static string[] ReadDependsOn(JsonElement ids)
    {
        string[] given = ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => Text(id) ?? "").Distinct(StringComparer.Ordinal)] : [""];
        return given.Length <= NewTask.MostDependencies && Array.TrueForAll(given, NewTask.IsDependency)
            ? given
            : throw JsonSubmission.Invalid($"Set dependsOn to an array of at most {NewTask.MostDependencies} ids of tasks or batches.");
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
