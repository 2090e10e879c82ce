using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Options;

namespace TaskService.HttpRequests;

/// <summary>
/// The connections to other systems: guarded, and with nothing that would carry a secret out or a stranger in. No proxy, cookies or redirects, no
/// unpacking of what comes back. It stands apart from the service's other clients, whose discovery, retries and spans are for calls inside: a URL can
/// be a secret, so no span, metric or log line of the framework tells it.
/// </summary>
internal sealed class HttpRequestCalls : IDisposable
{
    private readonly UnheardMeters _meters = new();
    private readonly HttpMessageInvoker _invoker;

    public HttpRequestCalls(GuardedConnections connections, IOptions<HttpRequestsOptions> options) => _invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        ConnectCallback = connections.ConnectAsync,
        ConnectTimeout = options.Value.ConnectTimeout,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MeterFactory = _meters,
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 64 * 1024,

        // Names may lead elsewhere by then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = 64,
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        _invoker.Dispose();
        _meters.Dispose();
    }

    /// <summary>Metrics of the framework name the host; these have a name that nothing collects. The engine counts and times the tasks.</summary>
    private sealed class UnheardMeters : IMeterFactory
    {
        private readonly Meter _meter = new("unheard");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
