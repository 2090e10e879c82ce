using System.Text.Json;
using Platform.ServiceDefaults.Http;

namespace TaskService.Processing;

/// <summary>What a task came to, as JSON for its owner.</summary>
internal readonly record struct TaskOutcome(string? Json)
{
    public static readonly TaskOutcome None;

    public static TaskOutcome Of<T>(T value) => new(JsonSerializer.Serialize(value, JsonDefaults.Options));
}
