using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Containers;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>Decides how each kind of resource is run on this machine.</summary>
internal sealed class LauncherFactory(
    RunnerServices services, IConfiguration configuration, DistributedApplicationOptions application, Action<IResource, string> tell)
{
    private const string ContainerRuntimeKey = "ASPIRE_CONTAINER_RUNTIME";

    // Asked once: an engine that does not answer takes seconds to not do so.
    private readonly Lazy<Task<ContainerEngine?>> _engine = new(() => ContainerEngine.FindAsync(configuration[ContainerRuntimeKey], CancellationToken.None));

    public async Task<ILauncher> CreateAsync(IResource resource, CancellationToken cancellationToken) => resource switch
    {
        ProjectResource project => new ProjectLauncher(project, application.Assembly),
        ExecutableResource executable => new ExecutableLauncher(executable),
        ContainerResource container => await CreateForServerAsync(container, cancellationToken).ConfigureAwait(false),
        _ => throw new DistributedApplicationException($"Resource '{resource.Name}' is of a kind that cannot be run here."),
    };

    private async Task<ILauncher> CreateForServerAsync(ContainerResource container, CancellationToken cancellationToken)
    {
        if (container.TryGetLastAnnotation<LocalServerAnnotation>(out var local)
            && await OpenAsync(container, local.Server, cancellationToken).ConfigureAwait(false) is { } session)
        {
            return new LocalServerLauncher(session);
        }

        var engine = await FindEngineAsync(cancellationToken).ConfigureAwait(false) ?? throw new DistributedApplicationException(
            $"Resource '{container.Name}' is a container, and no container engine answers on this machine. Start Docker or Podman.");
        return new ContainerLauncher(container, services.Endpoints, services.Options, engine);
    }

    private async Task<LocalServerSession?> OpenAsync(ContainerResource container, ILocalServer server, CancellationToken cancellationToken)
    {
        var instance = container.GetInstances()[0];
        using var ports = InstancePorts.Take(instance, services.Endpoints);
        var resolved = await services.Resolver.ResolveAsync(instance, cancellationToken).ConfigureAwait(false);
        var endpoint = container.Annotations.OfType<EndpointAnnotation>().FirstOrDefault()
            ?? throw new DistributedApplicationException($"Resource '{container.Name}' has no endpoint.");
        return await server.OpenAsync(
            new LocalServerRequest
            {
                Resource = container,
                Arguments = resolved.ArgumentValues(),
                Environment = resolved.Variables(),
                Port = services.Endpoints.DirectPortOf(endpoint) ?? endpoint.AllocatedEndpoint!.Port,
                Application = configuration[AppHostConfiguration.Sha256Key] is { Length: > 10 } hash ? hash[..10] : "application",
                IsTemporary = services.Options.IsUnattended,
                FindContainerEngine = FindEngineAsync,
                Logger = services.Loggers.GetLogger(container),
                Tell = text => tell(container, text),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private Task<ContainerEngine?> FindEngineAsync(CancellationToken cancellationToken) => _engine.Value.WaitAsync(cancellationToken);
}
