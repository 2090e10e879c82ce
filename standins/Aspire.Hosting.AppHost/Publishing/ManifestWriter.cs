using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Writes the manifest in its order: the model's resources, then what only their values refer to, then parameters in another
/// spelling, then texts that depend on a condition.
/// </summary>
internal sealed class ManifestWriter(ManifestPublishingContext context, ResourceConfigurationResolver resolver)
{
    private readonly ManifestExpressions _expressions = new();
    private readonly ManifestPorts _ports = new();
    private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);

    private Utf8JsonWriter Writer => context.Writer;

    public async Task WriteAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource, cancellationToken).ConfigureAwait(false);
        }

        // What is written may refer to more.
        var inModel = model.Resources.Select(resource => resource.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        int written;
        do
        {
            written = _written.Count;
            await WriteReferencedAsync(inModel, cancellationToken).ConfigureAwait(false);
            WriteEncoded(_ => true);
            await WriteConditionalsAsync(cancellationToken).ConfigureAwait(false);
        }
        while (_written.Count > written);

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private async Task WriteReferencedAsync(HashSet<string> inModel, CancellationToken cancellationToken)
    {
        foreach (var resource in _expressions.Resources.Where(resource => !inModel.Contains(resource.Name)).ToArray())
        {
            await WriteResourceAsync(resource, cancellationToken).ConfigureAwait(false);
            WriteEncoded(encoded => ReferenceEquals(encoded, resource));
        }
    }

    private async Task WriteResourceAsync(IResource resource, CancellationToken cancellationToken)
    {
        var publishing = resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().LastOrDefault();
        if (publishing is { Callback: null } || !IsWritable(resource, publishing) || !_written.Add(resource.Name))
        {
            return;
        }

        Writer.WriteStartObject(resource.Name);
        if (publishing is { Callback: { } callback })
        {
            await callback(context).ConfigureAwait(false);
        }
        else
        {
            await WriteBodyAsync(resource, cancellationToken).ConfigureAwait(false);
        }

        Writer.WriteEndObject();
    }

    private static bool IsWritable(IResource resource, ManifestPublishingCallbackAnnotation? publishing) =>
        publishing is not null || resource is ParameterResource or ProjectResource or ContainerResource or ExecutableResource or IResourceWithConnectionString;

    private async Task WriteBodyAsync(IResource resource, CancellationToken cancellationToken)
    {
        switch (resource)
        {
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case ProjectResource project:
                Writer.WriteString("type", "project.v0");
                Writer.WriteString("path", Relative(project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                await WriteArgumentsAsync(resource, cancellationToken).ConfigureAwait(false);
                await WriteEnvironmentAsync(resource, cancellationToken).ConfigureAwait(false);
                WriteBindings(resource);
                break;
            case ContainerResource container:
                await WriteContainerAsync(container, cancellationToken).ConfigureAwait(false);
                break;
            case ExecutableResource executable:
                Writer.WriteString("type", "executable.v0");
                Writer.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                Writer.WriteString("command", executable.Command);
                await WriteArgumentsAsync(resource, cancellationToken).ConfigureAwait(false);
                await WriteEnvironmentAsync(resource, cancellationToken).ConfigureAwait(false);
                WriteBindings(resource);
                break;
            case IResourceWithConnectionString value:
                Writer.WriteString("type", "value.v0");
                Writer.WriteString("connectionString", _expressions.Write(value.ConnectionStringExpression));
                break;
        }
    }

    private void WriteParameter(ParameterResource parameter)
    {
        Writer.WriteString("type", "parameter.v0");
        if (parameter is IResourceWithConnectionString)
        {
            Writer.WriteString("connectionString", $"{{{parameter.Name}.value}}");
        }

        Writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        Writer.WriteStartObject("inputs");
        Writer.WriteStartObject("value");
        Writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            Writer.WriteBoolean("secret", value: true);
        }

        if (parameter.Default is { } parameterDefault)
        {
            Writer.WriteStartObject("default");
            parameterDefault.WriteToManifest(context);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private async Task WriteContainerAsync(ContainerResource container, CancellationToken cancellationToken)
    {
        Writer.WriteString("type", "container.v0");
        if (container is IResourceWithConnectionString withConnectionString)
        {
            Writer.WriteString("connectionString", _expressions.Write(withConnectionString.ConnectionStringExpression));
        }

        Writer.WriteString("image", container.TryGetContainerImage(out var image)
            ? image
            : throw new DistributedApplicationException($"The container '{container.Name}' has no image. Call WithImage."));
        if (container.Entrypoint is { } entrypoint)
        {
            Writer.WriteString("entrypoint", entrypoint);
        }

        await WriteArgumentsAsync(container, cancellationToken).ConfigureAwait(false);
        WriteMounts(container, ContainerMountType.BindMount, "bindMounts");
        WriteMounts(container, ContainerMountType.Volume, "volumes");
        await WriteEnvironmentAsync(container, cancellationToken).ConfigureAwait(false);
        WriteBindings(container);
    }

    private void WriteMounts(ContainerResource resource, ContainerMountType type, string name)
    {
        var mounts = resource.Annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Type == type).ToArray();
        if (mounts.Length == 0)
        {
            return;
        }

        Writer.WriteStartArray(name);
        foreach (var mount in mounts)
        {
            Writer.WriteStartObject();
            if (type == ContainerMountType.BindMount)
            {
                Writer.WriteString("source", Relative(mount.Source!));
            }
            else if (mount.Source is not null)
            {
                Writer.WriteString("name", mount.Source);
            }

            Writer.WriteString("target", mount.Target);
            Writer.WriteBoolean("readOnly", mount.IsReadOnly);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    private async Task WriteArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = await resolver.GetArgumentsAsync(resource, cancellationToken).ConfigureAwait(false);
        if (arguments.Count == 0)
        {
            return;
        }

        Writer.WriteStartArray("args");
        foreach (var argument in arguments)
        {
            Writer.WriteStringValue(_expressions.Write(argument));
        }

        Writer.WriteEndArray();
    }

    private async Task WriteEnvironmentAsync(IResource resource, CancellationToken cancellationToken)
    {
        var variables = await resolver.GetEnvironmentAsync(resource, instance: null, cancellationToken).ConfigureAwait(false);
        if (variables.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("env");
        foreach (var (name, value) in variables)
        {
            Writer.WriteString(name, _expressions.Write(value));
        }

        Writer.WriteEndObject();
    }

    private void WriteBindings(IResource resource)
    {
        var bindings = _ports.Of(resource).ToArray();
        if (bindings.Length == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var (endpoint, port, targetPort) in bindings)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
#pragma warning disable CA1308 // The manifest's words are lower case.
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
#pragma warning restore CA1308
            Writer.WriteString("transport", endpoint.Transport);
            WritePort("port", port);
            WritePort("targetPort", targetPort);
            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", value: true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    private void WritePort(string name, int? port)
    {
        if (port is { } number)
        {
            Writer.WriteNumber(name, number);
        }
    }

    private void WriteEncoded(Func<ParameterResource, bool> which)
    {
        foreach (var (name, parameter) in _expressions.Encoded.Where(encoded => which(encoded.Value) && _written.Add(encoded.Key)))
        {
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "annotated.string");
            Writer.WriteString("value", parameter.ValueExpression);
            Writer.WriteString("filter", "uri");
            Writer.WriteEndObject();
        }
    }

    private async Task WriteConditionalsAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, conditional) in _expressions.Conditionals.Where(conditional => _written.Add(conditional.Key)).ToArray())
        {
            var actual = await conditional.Condition!.GetValueAsync(cancellationToken).ConfigureAwait(false);
            var isTrue = string.Equals(actual, conditional.MatchValue, StringComparison.OrdinalIgnoreCase);
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "value.v0");
            Writer.WriteString("connectionString", _expressions.Write(isTrue ? conditional.WhenTrue : conditional.WhenFalse));
            Writer.WriteEndObject();
        }
    }

    private string Relative(string path) => Path.GetRelativePath(Path.GetDirectoryName(context.ManifestPath)!, path).Replace('\\', '/');
}
