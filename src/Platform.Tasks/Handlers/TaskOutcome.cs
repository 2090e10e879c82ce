using System.Text.Json;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Handlers;

/// <summary>What a task came to, as JSON for its owner.</summary>
public readonly record struct TaskOutcome(string? Json)
{
    /// <summary>Nothing to tell.</summary>
    public static readonly TaskOutcome None;

    /// <summary>A value that is told as JSON: small, as it lies with the task.</summary>
    public static TaskOutcome Of<T>(T value) => new(JsonSerializer.Serialize(value, JsonDefaults.Options));
}
