namespace Platform.Tasks.Items;

internal enum TaskState
{
    /// <summary>For other tasks to end.</summary>
    Waiting,

    /// <summary>Waiting for a worker, or for the time of its next attempt.</summary>
    Queued,

    /// <summary>A worker holds it.</summary>
    Running,

    Succeeded,

    /// <summary>Its handler, or its data, says that another attempt is of no use.</summary>
    Failed,

    /// <summary>Given up: its attempts are used up, or nothing here knows how to run it.</summary>
    Dead,

    Cancelled,
}

internal static class TaskStates
{
    public static bool IsFinal(this TaskState state) => state > TaskState.Running;

    /// <summary>Whether it ended without success.</summary>
    public static bool CanBeRetried(this TaskState state) => state > TaskState.Succeeded;

    /// <summary>The word that stands in Redis and in JSON.</summary>
    public static string ToWord(this TaskState state) => state switch
    {
        TaskState.Waiting => "waiting",
        TaskState.Queued => "queued",
        TaskState.Running => "running",
        TaskState.Succeeded => "succeeded",
        TaskState.Failed => "failed",
        TaskState.Dead => "dead",
        _ => "cancelled",
    };

    public static TaskState Parse(string? word) =>
        TryParse(word, out var state) ? state : throw new FormatException($"'{word}' is not the status of a task.");

    public static bool TryParse(string? word, out TaskState state)
    {
        foreach (var candidate in Enum.GetValues<TaskState>())
        {
            if (candidate.ToWord() == word)
            {
                state = candidate;
                return true;
            }
        }

        state = default;
        return false;
    }
}
