namespace Platform.Tasks.Dependencies;

/// <summary>When a task is run that depends on others.</summary>
public enum AfterMode
{
    /// <summary>When all have succeeded. Where one has not, the task fails with <c>dependency_failed</c>.</summary>
    Succeeded,

    /// <summary>When all have ended, whatever they came to.</summary>
    Ended,
}

internal static class AfterModes
{
    /// <summary>The word that stands in Redis and in JSON.</summary>
    public static string ToWord(this AfterMode after) => after == AfterMode.Ended ? "ended" : "succeeded";
}
