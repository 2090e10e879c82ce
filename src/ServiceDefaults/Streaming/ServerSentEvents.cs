using Microsoft.AspNetCore.Http;

namespace Platform.ServiceDefaults.Streaming;

/// <summary>Answers with <c>text/event-stream</c> (WHATWG HTML, section 9.2).</summary>
public static class ServerSentEvents
{
    /// <summary>
    /// Sends messages until they end, the client leaves, its token is revoked or the service stops. A comment every 15 s keeps proxies from closing an idle
    /// stream. Messages are pulled one at a time, so a slow client slows down its own stream only.
    /// </summary>
    public static IResult Stream(IAsyncEnumerable<SseMessage> messages) => new ServerSentEventsResult(messages);
}
