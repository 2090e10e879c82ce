using System.Text.Json.Serialization;

namespace Platform.Tasks.Handlers;

/// <summary>How far a task has come.</summary>
/// <param name="Done">In the handler's own unit.</param>
/// <param name="Total">In the same unit; 0 where it is not known.</param>
/// <param name="Message">For people.</param>
public sealed record TaskProgress(long Done, long Total, string? Message)
{
    /// <summary>0 to 100, one decimal; 100 of a task that has succeeded, whatever it has told last.</summary>
    public double Percent => HasSucceeded ? 100 : Total > 0 ? Math.Round(100.0 * Done / Total, 1) : 0;

    [JsonIgnore]
    internal bool HasSucceeded { get; init; }
}

/// <summary>Why an attempt did not succeed.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">For people: no personal data, nothing secret.</param>
public sealed record TaskError(string Code, string Message)
{
    /// <summary>Of a task that was given up because its attempts were used up, the code of its last error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastCode { get; init; }
}
