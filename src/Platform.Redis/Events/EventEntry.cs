using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>An entry of a stream, or the place where entries may be missing.</summary>
/// <param name="Id">Where to resume after it: an <see cref="EventPosition"/>. Of a gap or a new epoch: the place that reading goes on from.</param>
/// <param name="Fields">
/// The entry's fields. Of a gap or a new epoch: <c>from</c>, the last id read; <c>to</c>, the first that is left, or empty where none is;
/// <c>reason</c>: <c>trimmed</c>, <c>unknown</c> or <c>restarted</c>; <c>epoch</c>, that of the stream now, or empty where it is gone.
/// </param>
/// <param name="Kind">Which of the three.</param>
public readonly record struct EventEntry(string Id, NameValueEntry[] Fields, EventKind Kind);
