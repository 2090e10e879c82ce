using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds services that others run.</summary>
public static class ExternalServiceBuilderExtensions
{
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? builder.AddExternalService(name, uri)
            : throw new ArgumentException($"The URL '{url}' of the external service '{name}' is invalid: The URL must be absolute.", nameof(url));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Uri uri)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ExternalServiceResource(name, uri)).ExcludeFromManifest();
    }

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, IResourceBuilder<ParameterResource> urlParameter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(urlParameter);
        return builder.AddResource(new ExternalServiceResource(name, urlParameter.Resource)).ExcludeFromManifest();
    }
}
