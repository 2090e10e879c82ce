using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

/// <summary>What a test asks of a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client of a resource. Without an endpoint's name: <c>https</c> if there is one, else <c>http</c>.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = default)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = default)
    {
        var resource = Find(app, resourceName);
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is not null).ToArray();
        if (endpoints.Length == 0)
        {
            throw resource is IResourceWithEndpoints && resource.Annotations.OfType<EndpointAnnotation>().Any()
                ? new InvalidOperationException($"Resource '{resourceName}' has no allocated endpoints yet: start the application first.")
                : new ArgumentException($"Resource '{resourceName}' has no allocated endpoints.", nameof(resourceName));
        }

        var endpoint = endpointName is null
            ? Named("https") ?? Named("http") ?? endpoints[0]
            : Named(endpointName) ?? throw new ArgumentException($"Endpoint '{endpointName}' for resource '{resourceName}' not found.", nameof(endpointName));
        return new Uri(endpoint.AllocatedEndpoint!.UriString);

        EndpointAnnotation? Named(string name) => Array.Find(endpoints, candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        Find(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"Resource '{resourceName}' does not expose a connection string.", nameof(resourceName));

    private static IResource Find(DistributedApplication app, string resourceName)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(resourceName);
        return app.Services.GetRequiredService<DistributedApplicationModel>().Resources
                .FirstOrDefault(resource => string.Equals(resource.Name, resourceName, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"Resource '{resourceName}' not found.", nameof(resourceName));
    }
}
