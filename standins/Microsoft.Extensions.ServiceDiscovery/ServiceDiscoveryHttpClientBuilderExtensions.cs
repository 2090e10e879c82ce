using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Microsoft.Extensions.ServiceDiscovery.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds service discovery to HTTP clients.</summary>
public static class ServiceDiscoveryHttpClientBuilderExtensions
{
    /// <summary>Resolves the hosts of the client's requests as names of services.</summary>
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder httpClientBuilder)
    {
        ArgumentNullException.ThrowIfNull(httpClientBuilder);

        httpClientBuilder.Services.AddServiceDiscoveryCore();
        return httpClientBuilder.AddHttpMessageHandler(static services => new ResolvingHttpDelegatingHandler(
            services.GetRequiredService<HttpServiceEndpointResolver>(),
            services.GetRequiredService<IOptions<ServiceDiscoveryOptions>>().Value));
    }
}
