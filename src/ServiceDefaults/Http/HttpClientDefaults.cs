using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Http.Resilience;

namespace Platform.ServiceDefaults.Http;

internal static class HttpClientDefaults
{
    private static readonly HttpRequestOptionsKey<string> ClientName = new("Platform.ClientName");

    public static void AddResilienceDefaults(this IHttpClientBuilder http)
    {
        // A pipeline is named after its client, and defaults have none: without a name on each request all clients would share one
        // breaker and one limiter, and a service that is away would take the others with it.
        http.Services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpMessageHandlerBuilderActions.Add(
            client => client.AdditionalHandlers.Insert(0, new NameHandler(client.Name ?? ""))));

        http.AddStandardResilienceHandler(options =>
        {
            // A POST whose answer was lost may have been carried out. Callers that can repeat it safely do so themselves.
#pragma warning disable EXTEXP0001 // Marked experimental in the package; the alternative is to write the same predicate by hand.
            options.Retry.DisableForUnsafeHttpMethods();
#pragma warning restore EXTEXP0001

            // The default first wait of 2 s is made for the internet; these calls stay in one network.
            options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        }).SelectPipelineBy(_ => request => request.Options.TryGetValue(ClientName, out var name) ? name : "");
    }

    private sealed class NameHandler(string name) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Options.Set(ClientName, name);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
