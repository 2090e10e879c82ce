using System.Net;

namespace StandIns.Clients.Tests.Support;

/// <summary>Answers requests with what a test says, and remembers them.</summary>
internal sealed class StubHandler(Func<int, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private int _calls;

    public StubHandler(Func<int, HttpResponseMessage> answer)
        : this((call, _, _) => Task.FromResult(answer(call)))
    {
    }

    public StubHandler(params HttpStatusCode[] statuses)
        : this(call => new HttpResponseMessage(statuses[Math.Min(call, statuses.Length) - 1]))
    {
    }

    public int Calls => Volatile.Read(ref _calls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await answer(Interlocked.Increment(ref _calls), request, cancellationToken);
        response.RequestMessage ??= request;
        return response;
    }
}
