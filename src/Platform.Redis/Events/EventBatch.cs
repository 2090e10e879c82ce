namespace Platform.Redis.Events;

/// <summary>What was read at once.</summary>
/// <param name="Position">The id to read on from: an <see cref="EventPosition"/> as text.</param>
/// <param name="HasGap">Whether entries after the id may be missing; then these are the first that are left.</param>
/// <param name="Entries">The entries, in order.</param>
public sealed record EventBatch(string Position, bool HasGap, IReadOnlyList<EventEntry> Entries);
