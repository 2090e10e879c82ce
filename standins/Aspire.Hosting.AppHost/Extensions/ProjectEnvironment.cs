using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The variables that every project gets: telemetry, console, addresses, launch profile.</summary>
internal static class ProjectEnvironment
{
    private const string CollectorKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Attach(IResourceBuilder<ProjectResource> project, LaunchProfileAnnotation profile)
    {
        var application = project.ApplicationBuilder;
        project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        if (application.ExecutionContext.IsPublishMode)
        {
            project.WithEnvironment(SetDeployedAddresses);
            return;
        }

        project.WithEnvironment(context => SetTelemetry(context, application));
        project.WithEnvironment("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true");
        project.WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple");
        project.WithEnvironment(SetAddresses);
        project.WithEnvironment(context => SetLaunchProfile(context, profile));
        if (profile.LaunchProfile?.CommandLineArgs is { Length: > 0 } arguments)
        {
            project.WithArgs(CommandLineWords.Split(arguments));
        }
    }

    private static void SetTelemetry(EnvironmentCallbackContext context, IDistributedApplicationBuilder application)
    {
        var variables = context.EnvironmentVariables;
        if (application.Environment.IsDevelopment())
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }

        // This host has no collector of its own. An address where nobody listens would make every exporter fail.
        var collector = application.Configuration[CollectorKey];
        if (!string.IsNullOrEmpty(collector))
        {
            variables[CollectorKey] = collector;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = application.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
        }

        if (context.Instance is { } instance)
        {
            variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Suffix}";
        }

        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        if (!string.IsNullOrEmpty(collector) && application.Configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } headers)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = headers;
        }

        if (!application.Environment.IsDevelopment())
        {
            return;
        }

        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
    }

    private static void SetAddresses(EnvironmentCallbackContext context)
    {
        var endpoints = Endpoints(context).ToArray();
        if (endpoints.Length == 0)
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            urls.AppendLiteral($"{(urls.IsEmpty ? "" : ";")}{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:");
            urls.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        if (endpoints.FirstOrDefault(endpoint => endpoint.IsHttps) is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = https.Property(EndpointProperty.Port);
        }
    }

    private static void SetDeployedAddresses(EnvironmentCallbackContext context)
    {
        var endpoints = Endpoints(context).ToArray();
        if (endpoints.Length == 0)
        {
            return;
        }

        if (!context.Resource.Annotations.OfType<DisableForwardedHeadersAnnotation>().Any())
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }

        SetPorts("HTTP_PORTS", endpoints.Where(endpoint => endpoint.IsHttp));

        // The default https endpoint is the same port behind whoever terminates TLS.
        SetPorts("HTTPS_PORTS", endpoints.Where(endpoint => endpoint.IsHttps && !endpoint.EndpointAnnotation.FromLaunchProfile));

        void SetPorts(string name, IEnumerable<EndpointReference> of)
        {
            var ports = new ReferenceExpressionBuilder();
            foreach (var endpoint in of)
            {
                ports.AppendLiteral(ports.IsEmpty ? "" : ";");
                ports.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            }

            if (!ports.IsEmpty)
            {
                context.EnvironmentVariables[name] = ports.Build();
            }
        }
    }

    private static void SetLaunchProfile(EnvironmentCallbackContext context, LaunchProfileAnnotation profile)
    {
        if (profile.LaunchProfile is not { } launchProfile)
        {
            return;
        }

        context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.LaunchProfileName!);
        foreach (var (name, value) in launchProfile.EnvironmentVariables)
        {
            context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
        }
    }

    private static IEnumerable<EndpointReference> Endpoints(EnvironmentCallbackContext context) =>
        from annotation in context.Resource.Annotations.OfType<EndpointAnnotation>()
        where annotation.UriScheme is "http" or "https" && !annotation.ExcludedFromEnvironment
        where context.Resource.Annotations.OfType<EndpointEnvironmentFilterAnnotation>().All(filter => filter.Filter(annotation))
        select new EndpointReference((IResourceWithEndpoints)context.Resource, annotation);
}
