using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>An entry of a stream, or the place where entries may be missing.</summary>
/// <param name="Id">Where to resume after it. Of a gap: the last id known before, or <c>0-0</c> where the stream was started anew.</param>
/// <param name="Fields">The entry's fields. Of a gap: <c>from</c>, the last id read, and <c>to</c>, the first that is left, or empty.</param>
/// <param name="Kind">Which of the two.</param>
public readonly record struct EventEntry(string Id, NameValueEntry[] Fields, EventKind Kind);
