namespace PrivacyService.Gateway.Streams;

/// <summary>One event of a stream of server-sent events, as it was sent (WHATWG HTML, 9.2).</summary>
/// <param name="Head">Its lines that are no data, each with its line feed, comments included.</param>
/// <param name="Data">Its data, lines joined by line feeds; null when it has none.</param>
internal sealed record SseBlock(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte>? Data);
