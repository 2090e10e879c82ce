namespace Platform.Redis.Events;

/// <summary>What a reader was handed.</summary>
public enum EventKind
{
    /// <summary>An entry of the stream.</summary>
    Entry,

    /// <summary>Entries may be missing here: they were trimmed before they were read, or the id was never given. Read the state afresh.</summary>
    Gap,

    /// <summary>
    /// The stream was started anew since the id was given (flushed, expired or deleted), or is gone. What was before is no more. Read the
    /// state afresh.
    /// </summary>
    Epoch,
}
