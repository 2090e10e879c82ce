using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects to the application.</summary>
public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new()
        => builder.AddProject(name, new TProject(), new ProjectResourceOptions());

    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="launchProfileName">The launch profile to run with; null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
        => builder.AddProject(name, new TProject(), OptionsOf(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new()
        => builder.AddProject(name, new TProject(), OptionsOf(configure));

    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file, relative to the AppHost's folder.</param>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath)
        => builder.AddProject(name, Locate(builder, projectPath), new ProjectResourceOptions());

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, string? launchProfileName)
        => builder.AddProject(name, Locate(builder, projectPath), OptionsOf(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, Action<ProjectResourceOptions> configure)
        => builder.AddProject(name, Locate(builder, projectPath), OptionsOf(configure));

    /// <summary>Runs so many copies behind the same endpoints.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new DisableForwardedHeadersAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Chooses which endpoints the project's own variables tell it to listen on.</summary>
    public static IResourceBuilder<ProjectResource> WithEndpointsInEnvironment(
        this IResourceBuilder<ProjectResource> builder, Func<EndpointAnnotation, bool> filter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(filter);
        return builder.WithAnnotation(new EndpointEnvironmentFilterAnnotation(filter));
    }

    private static ProjectResourceOptions OptionsOf(string? launchProfileName) =>
        new() { LaunchProfileName = launchProfileName, ExcludeLaunchProfile = launchProfileName is null };

    private static ProjectResourceOptions OptionsOf(Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProjectResourceOptions();
        configure(options);
        return options;
    }

    private static ProjectMetadata Locate(IDistributedApplicationBuilder builder, string projectPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(projectPath);
        return new ProjectMetadata(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, projectPath)));
    }

#pragma warning disable CA1859 // The build writes further implementations of IProjectMetadata into every AppHost.
    private static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, ProjectResourceOptions options)
#pragma warning restore CA1859
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!File.Exists(project.ProjectPath))
        {
            throw new DistributedApplicationException($"Project file '{project.ProjectPath}' was not found.");
        }

        var profile = options.ExcludeLaunchProfile
            ? new LaunchProfileAnnotation(launchProfileName: null, launchProfile: null)
            : LaunchSettingsReader.Select(
                project, LaunchSettingsReader.Read(project), options.LaunchProfileName, builder.Configuration[AppHostConfiguration.DefaultLaunchProfileNameKey]);
        var resource = builder.AddResource(new ProjectResource(name)).WithAnnotation(project).WithAnnotation(profile);

        AddEndpoints(resource, profile.LaunchProfile);
        ProjectEnvironment.Attach(resource, profile);
        return resource;
    }

    private static void AddEndpoints(IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        var urls = (profile?.ApplicationUrl ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (project.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // Deployed, whoever terminates TLS decides; a web project has both.
            foreach (var scheme in urls.Length > 0 ? (string[])["http", "https"] : [])
            {
                project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, scheme) { FromLaunchProfile = true });
            }

            return;
        }

        foreach (var url in urls)
        {
            var address = BindingAddress(project.Resource.Name, url);
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, address.Scheme, name: FreeName(project.Resource, address.Scheme), port: address.Port)
            {
                TargetHost = address.Host,
                FromLaunchProfile = true,
            });
        }
    }

    private static Uri BindingAddress(string name, string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? new Uri(url)
        : throw new DistributedApplicationException($"The launch profile of the project '{name}' has the applicationUrl '{url}', which is not an http or https address.");

    /// <summary>The first endpoint of a scheme is called like it, the next has a number.</summary>
    private static string FreeName(ProjectResource project, string scheme)
    {
        var taken = project.Annotations.OfType<EndpointAnnotation>().Count(endpoint => endpoint.UriScheme == scheme);
        return taken == 0 ? scheme : $"{scheme}{taken + 1}";
    }
}
