using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Hands the connection string of <paramref name="source" />, and its parts, to this resource.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        connectionName ??= resource.Name;
        builder.WithReferenceRelationship(resource);
        return builder.WithEnvironment(context =>
        {
            var flags = InjectionFlags(context.Resource);
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}";
                context.EnvironmentVariables[variable] = new ConnectionStringReference(resource, optional);
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                var prefix = connectionName.Length == 0 ? "" : EncodeVariableName(connectionName).ToUpperInvariant() + "_";
                foreach (var (key, value) in ConnectionProperties(resource))
                {
                    context.EnvironmentVariables[prefix + key.ToUpperInvariant()] = value;
                }
            }
        });
    }

    /// <summary>Lets this resource find all endpoints of <paramref name="source" /> by its name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.ReferToEndpoints(source.Resource, endpointName: null, serviceName: null);
    }

    /// <summary>Lets this resource find all endpoints of <paramref name="source" /> by a name of its own.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source,
        string name)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.ReferToEndpoints(source.Resource, endpointName: null, serviceName: name);
    }

    /// <summary>Lets this resource find a service at a fixed address by name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        string name,
        Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri)
        {
            throw new InvalidOperationException("The uri for service reference must be absolute.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new InvalidOperationException("The uri for service reference must not have a query or a fragment.");
        }

        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables[$"services__{name}__default__0"] = uri.ToString();
            context.EnvironmentVariables[name] = uri.ToString();
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(externalService);
        var service = externalService.Resource;
        var variable = EncodeVariableName(service.Name).ToUpperInvariant();
        builder.WithReferenceRelationship(service);
        return builder.WithEnvironment(async context =>
        {
            if (service.Uri is null && context.ExecutionContext.IsPublishMode)
            {
                context.EnvironmentVariables[$"services__{service.Name}__default__0"] = service.UrlParameter!;
                context.EnvironmentVariables[variable] = service.UrlParameter!;
                return;
            }

            var uri = await service.GetUriAsync(context.CancellationToken).ConfigureAwait(false);
            var suffix = service.Uri is null ? "_" + uri.Scheme.ToUpperInvariant() : "";
            context.EnvironmentVariables[variable + suffix] = uri.ToString();
            context.EnvironmentVariables[$"services__{service.Name}__{uri.Scheme}__0"] = uri.ToString();
        });
    }

    /// <summary>Lets this resource find one endpoint of another.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return builder.ReferToEndpoints(endpointReference.Resource, endpointReference.EndpointName, serviceName: null);
    }

    /// <summary>Chooses which kinds of variables references hand to this resource.</summary>
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder,
        ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithConnectionString
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return builder.WithAnnotation(new ConnectionPropertyAnnotation(name, value));
    }

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithConnectionString
        => builder.WithConnectionProperty(name, ReferenceExpression.Create($"{value}"));

    public static ReferenceExpression GetConnectionProperty(this IResourceWithConnectionString resource, string key)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var (name, value) in ConnectionProperties(resource))
        {
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return ReferenceExpression.Create($"");
    }

    /// <summary>A name as it may stand in an environment variable.</summary>
    internal static string EncodeVariableName(string name)
    {
        var encoded = new StringBuilder(name.Length + 1);
        if (name.Length > 0 && char.IsAsciiDigit(name[0]))
        {
            encoded.Append('_');
        }

        foreach (var c in name)
        {
            encoded.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        }

        return encoded.ToString();
    }

    private static OrderedDictionary<string, ReferenceExpression> ConnectionProperties(IResourceWithConnectionString resource)
    {
        var properties = new OrderedDictionary<string, ReferenceExpression>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in resource.GetConnectionProperties())
        {
            properties[name] = value;
        }

        foreach (var annotation in resource.Annotations.OfType<ConnectionPropertyAnnotation>())
        {
            properties[annotation.Name] = annotation.Value;
        }

        return properties;
    }

    private static ReferenceEnvironmentInjectionFlags InjectionFlags(IResource resource) =>
        resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation)
            ? annotation.Flags
            : ReferenceEnvironmentInjectionFlags.All;

    // Several references to one resource share one callback, so that indexes under one key go on counting.
    private static IResourceBuilder<T> ReferToEndpoints<T>(
        this IResourceBuilder<T> builder,
        IResourceWithEndpoints source,
        string? endpointName,
        string? serviceName)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        var annotation = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>()
            .SingleOrDefault(a => ReferenceEquals(a.Resource, source) && a.ServiceName == serviceName);
        if (annotation is null)
        {
            annotation = new EndpointReferenceAnnotation(source) { ServiceName = serviceName };
            builder.WithAnnotation(annotation);
            builder.WithEnvironment(context => SetEndpoints(context, annotation));
            builder.WithReferenceRelationship(source);
        }

        if (endpointName is null)
        {
            annotation.UseAllEndpoints = true;
        }
        else
        {
            annotation.EndpointNames.Add(endpointName);
        }

        return builder;
    }

    private static void SetEndpoints(EnvironmentCallbackContext context, EndpointReferenceAnnotation annotation)
    {
        var source = annotation.Resource;
        var flags = InjectionFlags(context.Resource);
        var name = annotation.ServiceName ?? source.Name;
        var prefix = annotation.ServiceName is null ? EncodeVariableName(name).ToUpperInvariant() : EncodeVariableName(name);
        foreach (var endpoint in source.GetEndpoints())
        {
            var named = annotation.EndpointNames.Contains(endpoint.EndpointName);
            if (!named && !(annotation.UseAllEndpoints && !endpoint.EndpointAnnotation.ExcludeReferenceEndpoint))
            {
                continue;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                var suffix = EncodeVariableName(endpoint.EndpointName).ToUpperInvariant();
                context.EnvironmentVariables[$"{prefix}_{suffix}"] = endpoint;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                var isDefault = endpoint.EndpointName is "http" or "https";
                var key = isDefault ? endpoint.Scheme : endpoint.EndpointName;
                var index = 0;
                while (context.EnvironmentVariables.ContainsKey($"services__{name}__{key}__{index}"))
                {
                    index++;
                }

                context.EnvironmentVariables[$"services__{name}__{key}__{index}"] = endpoint;
            }
        }

        foreach (var missing in annotation.EndpointNames.Where(e => !source.GetEndpoint(e).Exists))
        {
            throw new DistributedApplicationException(
                $"'{context.Resource.Name}' refers to the endpoint '{missing}' of '{source.Name}', which has no endpoint of that name.");
        }
    }
}
