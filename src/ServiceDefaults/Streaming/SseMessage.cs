namespace Platform.ServiceDefaults.Streaming;

/// <summary>One server-sent event.</summary>
/// <param name="Id">Where a client goes on reading after it was cut off (<c>Last-Event-ID</c>); null when there is no such place.</param>
/// <param name="Event">The kind of event, a single word.</param>
/// <param name="Data">One line, JSON by custom.</param>
public readonly record struct SseMessage(string? Id, string Event, string Data);
