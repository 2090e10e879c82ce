using System.Collections.Immutable;
using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The environment and the arguments of one copy of a resource, ready for its process.</summary>
internal sealed record ResolvedConfiguration(
    ImmutableArray<EnvironmentVariableSnapshot> Environment,
    ImmutableArray<ResolvedArgument> Arguments);

internal sealed record ResolvedArgument(string Value, bool IsSensitive);

/// <summary>Runs the callbacks of a resource, in the order they were added, and resolves what they set.</summary>
internal sealed class ResourceConfigurationResolver(
    DistributedApplicationExecutionContext executionContext,
    ResourceLoggerService loggers)
{
    /// <summary>
    /// Resolves the configuration of one copy. <see cref="ResourceInstance.TargetPorts" /> must be filled in before; waits for
    /// the endpoints of others that it refers to.
    /// </summary>
    public async Task<ResolvedConfiguration> ResolveAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext
        {
            ExecutionContext = executionContext,
            Caller = instance.Resource,
            Instance = instance,
        };

        var environment = ImmutableArray.CreateBuilder<EnvironmentVariableSnapshot>();
        foreach (var (name, value) in await GetEnvironmentAsync(instance.Resource, instance, cancellationToken).ConfigureAwait(false))
        {
            if (await ResolveAsync(value, context, cancellationToken).ConfigureAwait(false) is { } text)
            {
                environment.Add(new(name, text, IsFromSpec: true) { IsSensitive = IsSensitive(value) });
            }
        }

        var arguments = ImmutableArray.CreateBuilder<ResolvedArgument>();
        foreach (var value in await GetArgumentsAsync(instance.Resource, cancellationToken).ConfigureAwait(false))
        {
            if (await ResolveAsync(value, context, cancellationToken).ConfigureAwait(false) is { } text)
            {
                arguments.Add(new(text, IsSensitive(value)));
            }
        }

        return new ResolvedConfiguration(environment.ToImmutable(), arguments.ToImmutable());
    }

    /// <summary>The variables with their values as the model gave them.</summary>
    public async Task<IReadOnlyDictionary<string, object>> GetEnvironmentAsync(
        IResource resource,
        ResourceInstance? instance,
        CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, [], cancellationToken)
        {
            Logger = loggers.GetLogger(resource),
            Instance = instance,
        };

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        return context.EnvironmentVariables;
    }

    /// <summary>The arguments as the model gave them.</summary>
    public async Task<IReadOnlyList<object>> GetArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = new List<object>();
        var context = new CommandLineArgsCallbackContext(arguments, resource, cancellationToken)
        {
            ExecutionContext = executionContext,
            Logger = loggers.GetLogger(resource),
        };

        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        return arguments;
    }

    public static async ValueTask<string?> ResolveAsync(object? value, ValueProviderContext context, CancellationToken cancellationToken) =>
        value switch
        {
            null => null,
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(context, cancellationToken).ConfigureAwait(false),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } =>
                await provider.GetValueAsync(context, cancellationToken).ConfigureAwait(false),
            bool flag => flag ? "true" : "false",
            IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
            _ => throw new DistributedApplicationException(
                $"Unsupported value type '{value.GetType()}' in the environment or the arguments of '{context.Caller?.Name}'."),
        };

    /// <summary>Whether a secret parameter is anywhere inside the value.</summary>
    public static bool IsSensitive(object? value)
    {
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        return Visit(value);

        bool Visit(object? node) => node switch
        {
            null or string => false,
            ParameterResource parameter => parameter.Secret,
            EndpointReference or EndpointReferenceExpression => false,
            IResourceBuilder<IResource> builder => Visit(builder.Resource),
            IValueWithReferences withReferences => visited.Add(withReferences) && withReferences.References.Any(Visit),
            _ => false,
        };
    }
}
