using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an endpoint, or changes the one that has this name.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? scheme = null,
        [EndpointName] string? name = null,
        string? env = null,
        bool? isProxied = null,
        bool? isExternal = null,
        ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var usedProtocol = protocol ?? ProtocolType.Tcp;
        var usedName = name ?? scheme ?? (usedProtocol == ProtocolType.Udp ? "udp" : "tcp");
        var annotation = Find(builder.Resource, usedName);
        if (annotation is null)
        {
            annotation = new EndpointAnnotation(
                usedProtocol, scheme, transport: null, usedName, port, targetPort, isExternal, isProxied ?? true);
            builder.WithAnnotation(annotation);
        }
        else
        {
            annotation.Port = port ?? annotation.Port;
            annotation.TargetPort = targetPort ?? annotation.TargetPort;
            annotation.UriScheme = scheme ?? annotation.UriScheme;
            annotation.IsProxied = isProxied ?? annotation.IsProxied;
            annotation.IsExternal = isExternal ?? annotation.IsExternal;
            annotation.Protocol = protocol ?? annotation.Protocol;
        }

        if (env is not null && builder.Resource is IResourceWithEndpoints and IResourceWithEnvironment)
        {
            annotation.ExcludedFromEnvironment = true;
            var targetPortOfEndpoint = new EndpointReference(builder.Resource, annotation).Property(EndpointProperty.TargetPort);
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(
                context => { context.EnvironmentVariables[env] = targetPortOfEndpoint; }));
        }

        return builder;
    }

    /// <summary>Changes an endpoint; adds it when there is none of this name.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        [EndpointName] string endpointName,
        Action<EndpointAnnotation> callback,
        bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointName);
        ArgumentNullException.ThrowIfNull(callback);
        if (Find(builder.Resource, endpointName) is { } existing)
        {
            callback(existing);
        }
        else if (createIfNotExists)
        {
            var annotation = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            callback(annotation);
            builder.WithAnnotation(annotation);
        }

        return builder;
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        [EndpointName] string? name = null,
        string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    public static IResourceBuilder<T> WithHttpsEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        [EndpointName] string? name = null,
        string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, "https", name, env, isProxied);

    /// <summary>Opens the http and https endpoints that the resource has so far to the outside.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in HttpEndpoints(builder))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    public static IResourceBuilder<T> AsHttp2Service<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in HttpEndpoints(builder))
        {
            endpoint.Transport = "http2";
        }

        return builder;
    }

    /// <summary>A reference to an endpoint, which need not exist yet.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, [EndpointName] string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.GetEndpoint(name);
    }

    private static EndpointAnnotation? Find(IResource resource, string endpointName) => resource.Annotations.OfType<EndpointAnnotation>()
        .SingleOrDefault(e => string.Equals(e.Name, endpointName, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<EndpointAnnotation> HttpEndpoints<T>(IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https");
    }
}
