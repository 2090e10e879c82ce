using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Takes a registered health check as a word on this resource's health.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key))
        {
            throw new DistributedApplicationException(
                $"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        }

        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Counts the resource as healthy while a GET request answers with the status.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder,
        string? path = null,
        int? statusCode = null,
        string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = SelectHttpEndpoint(builder, endpointName, "health check");
        return builder.WithHttpHealthCheck(() => endpoint, path, statusCode);
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder,
        Func<EndpointReference>? endpointSelector,
        string? path = null,
        int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = endpointSelector?.Invoke() ?? SelectHttpEndpoint(builder, endpointName: null, "health check");
        if (endpoint.Exists && !endpoint.IsHttp && !endpoint.IsHttps)
        {
            throw new DistributedApplicationException(
                $"The endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}' is not HTTP, so it cannot be asked over HTTP.");
        }

        path ??= "/";
        var expected = statusCode ?? (int)HttpStatusCode.OK;
        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(
                services.GetRequiredService<IHttpClientFactory>(),
                async cancellationToken => new Uri(new Uri((await endpoint.GetValueAsync(cancellationToken).ConfigureAwait(false))!), path),
                expected),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    /// <summary>Counts the external service as healthy while a GET request answers with the status.</summary>
    internal static IResourceBuilder<ExternalServiceResource> AddHttpHealthCheck(
        this IResourceBuilder<ExternalServiceResource> builder,
        string? path,
        int? statusCode)
    {
        var expected = statusCode ?? (int)HttpStatusCode.OK;
        var key = $"{builder.Resource.Name}_external_{path ?? "/"}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(
                services.GetRequiredService<IHttpClientFactory>(),
                async cancellationToken => new Uri(
                    await builder.Resource.GetUriAsync(cancellationToken).ConfigureAwait(false), path ?? "/"),
                expected),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static EndpointReference SelectHttpEndpoint<T>(IResourceBuilder<T> builder, string? endpointName, string purpose)
        where T : IResourceWithEndpoints
    {
        string[] names = endpointName is null ? ["https", "http"] : [endpointName];
        return names.Select(builder.GetEndpoint).FirstOrDefault(e => e.Exists) ?? throw new DistributedApplicationException(
            $"Could not create HTTP {purpose} for resource '{builder.Resource.Name}' as no endpoint was found matching one of the specified names: {string.Join(", ", names)}. Add the endpoint before.");
    }
}
