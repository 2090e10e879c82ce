namespace Platform.Tasks.Client;

/// <summary>Which of the waiting tasks of a queue are taken first. Now and then the others come first, so that none waits for ever.</summary>
public enum TaskPriority
{
    /// <summary>Before all others.</summary>
    High,

    /// <summary>In the order of their coming.</summary>
    Normal,

    /// <summary>When nothing else waits.</summary>
    Low,
}
