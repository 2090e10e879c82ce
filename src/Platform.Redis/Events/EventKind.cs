namespace Platform.Redis.Events;

/// <summary>What a reader was handed.</summary>
public enum EventKind
{
    /// <summary>An entry of the stream.</summary>
    Entry,

    /// <summary>Entries may be missing here: they were trimmed, expired or flushed before they were read. Read the state afresh.</summary>
    Gap,
}
