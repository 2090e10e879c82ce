using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Containers;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>Runs a container in the foreground of its engine's client: its output is ours, and it goes when the client goes.</summary>
internal sealed class ContainerLauncher(
    ContainerResource resource, EndpointAllocator endpoints, OrchestrationOptions options, ContainerEngine engine) : ILauncher
{
    private static readonly TimeSpan RemoveTime = TimeSpan.FromSeconds(5);

    private readonly List<string> _names = [];

    public async Task<Launch> PrepareAsync(ResourceInstance instance, ResolvedConfiguration configuration, CancellationToken cancellationToken)
    {
        if (!resource.TryGetContainerImage(out var image))
        {
            throw new DistributedApplicationException($"Resource '{resource.Name}' names no container image.");
        }

        var name = resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var named) ? named.Name : instance.Name;
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        List<string> arguments = ["run", "--rm", "--init", "--name", name];
        AddPorts(arguments, instance);
        AddMounts(arguments, instance);

        // By name only: the value goes through the client's environment, not through the process list.
        foreach (var variable in configuration.Environment)
        {
            arguments.AddRange(["--env", variable.Name]);
        }

        if (resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var pull) && pull.ImagePullPolicy != ImagePullPolicy.Default)
        {
#pragma warning disable CA1308 // The engines' own spelling.
            arguments.AddRange(["--pull", pull.ImagePullPolicy.ToString().ToLowerInvariant()]);
#pragma warning restore CA1308
        }

        if (resource.Entrypoint is { } entrypoint)
        {
            arguments.AddRange(["--entrypoint", entrypoint]);
        }

        arguments.AddRange(await RuntimeArgumentsAsync(cancellationToken).ConfigureAwait(false));
        arguments.Add(image);
        arguments.AddRange(configuration.ArgumentValues());

        var process = new ProcessSpec { FileName = engine.Program, Arguments = arguments, Environment = configuration.Variables() };
        ImmutableArray<ResourcePropertySnapshot> properties =
            [.. process.Describe(configuration), new(OrchestrationProperties.ContainerImage, image)];
        return new Launch(process, properties);
    }

    public async ValueTask DisposeAsync()
    {
        // The client that was stopped has stopped the container too; one that had to be killed could not.
        foreach (var name in _names)
        {
            var remove = new ProcessSpec { FileName = engine.Program, Arguments = ["rm", "--force", name] };
            await ProgramRun.RunAsync(remove, RemoveTime, output: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void AddPorts(List<string> arguments, ResourceInstance instance)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoints.DirectPortOf(endpoint) is { } port)
            {
                var target = endpoint.TargetPort ?? instance.TargetPorts[endpoint.Name];
#pragma warning disable CA1308 // The engines' own spelling.
                arguments.AddRange(["--publish", $"127.0.0.1:{port}:{target}/{endpoint.Protocol.ToString().ToLowerInvariant()}"]);
#pragma warning restore CA1308
            }
        }
    }

    private void AddMounts(List<string> arguments, ResourceInstance instance)
    {
        foreach (var mount in resource.Annotations.OfType<ContainerMountAnnotation>())
        {
            // In a test a named volume would outlive it: an anonymous one goes with the container.
            var isTemporary = options.IsUnattended && mount.Type == ContainerMountType.Volume;
            var source = mount.Source is null || isTemporary ? "" : mount.Source + ":";
            arguments.AddRange(["--volume", $"{source}{mount.Target}{(mount.IsReadOnly && source.Length > 0 ? ":ro" : "")}"]);
        }
    }

    private async Task<IEnumerable<string>> RuntimeArgumentsAsync(CancellationToken cancellationToken)
    {
        var arguments = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            await annotation.Callback(new ContainerRuntimeArgsCallbackContext(arguments, cancellationToken)).ConfigureAwait(false);
        }

        return arguments.Select(argument => argument.ToString() ?? "");
    }
}
