using System.Text.Json;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Items;
using Platform.Tasks.Unique;

namespace TaskService.Tasks;

/// <summary>What a JSON submission says of the task beside its type and payload.</summary>
internal sealed record JsonTaskOptions
{
    public static readonly JsonTaskOptions None = new();

    private const int LongestKey = 200;

    public TaskUniqueness? Unique { get; init; }

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public AfterMode After { get; init; }

    public static JsonTaskOptions Read(JsonElement root)
    {
        var options = new JsonTaskOptions
        {
            Unique = root.TryGetProperty("unique", out var unique) ? ReadUnique(unique) : null,
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

        var key = unique.TryGetProperty("key", out var given) ? Text(given) : null;
        if (given.ValueKind != JsonValueKind.Undefined && key is not { Length: > 0 and <= LongestKey })
        {
            throw JsonSubmission.Invalid($"Set unique.key to a text of 1 to {LongestKey} characters, or leave it out.");
        }

        return new TaskUniqueness
        {
            Key = key,
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

    private static string[] ReadDependsOn(JsonElement ids)
    {
        string[] given = ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => Text(id) ?? "").Distinct(StringComparer.Ordinal)] : [""];
        return given.Length <= NewTask.MostDependencies && Array.TrueForAll(given, NewTask.IsDependency)
            ? given
            : throw JsonSubmission.Invalid($"Set dependsOn to an array of at most {NewTask.MostDependencies} ids of tasks or batches.");
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
