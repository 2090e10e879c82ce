using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs the commands of resources.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _serviceProvider;

    internal ResourceCommandService(
        ResourceNotificationService notifications,
        ResourceLoggerService loggers,
        IServiceProvider serviceProvider)
    {
        _notifications = notifications;
        _loggers = loggers;
        _serviceProvider = serviceProvider;
    }

    /// <summary>Runs a command on the copy of a resource with the given id.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId,
        string commandName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceId);
        ArgumentNullException.ThrowIfNull(commandName);
        if (_notifications.TryGetCurrentState(resourceId, out var current))
        {
            return ExecuteAsync(current.Resource, resourceId, commandName, cancellationToken);
        }

        var resource = _serviceProvider.GetRequiredService<DistributedApplicationModel>().Resources
            .FirstOrDefault(r => string.Equals(r.Name, resourceId, StringComparison.OrdinalIgnoreCase));
        return resource is null
            ? Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."))
            : ExecuteCommandAsync(resource, commandName, cancellationToken);
    }

    /// <summary>Runs a command on all copies of a resource.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(commandName);
        var results = await Task.WhenAll(
            resource.GetInstances().Select(i => ExecuteAsync(resource, i.Name, commandName, cancellationToken))).ConfigureAwait(false);
        return results.FirstOrDefault(r => !r.Success && !r.Canceled) ?? results.FirstOrDefault(r => r.Canceled) ?? CommandResults.Success();
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource,
        string resourceId,
        string commandName,
        CancellationToken cancellationToken)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resourceId}'.");
        }

        if (_notifications.TryGetCurrentState(resourceId, out var current)
            && command.UpdateState(new() { ResourceSnapshot = current.Snapshot, Services = _serviceProvider }) != ResourceCommandState.Enabled)
        {
            return CommandResults.Failure($"Command '{commandName}' is not enabled for resource '{resourceId}' now.");
        }

        var logger = _loggers.GetLogger(resourceId);
        ResourceCommandLog.Executing(logger, commandName);
        try
        {
            var result = await command.ExecuteCommand(new()
            {
                Services = _serviceProvider,
                ResourceName = resourceId,
                CancellationToken = cancellationToken,
                Logger = logger,
            }).ConfigureAwait(false);
            if (!result.Success && !result.Canceled)
            {
                ResourceCommandLog.Failed(logger, commandName, result.ErrorMessage ?? "no reason given");
            }

            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
#pragma warning disable CA1031 // A command is somebody else's code; whatever it throws is its result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ResourceCommandLog.Failed(logger, commandName, exception.Message);
            return CommandResults.Failure(exception);
        }
    }
}

internal static class ResourceCommands
{
    public static CustomResourceSnapshot WithCurrentCommands(IResource resource, CustomResourceSnapshot snapshot, IServiceProvider services)
    {
        var commands = resource.Annotations.OfType<ResourceCommandAnnotation>().ToArray();
        return commands.Length == 0
            ? snapshot
            : snapshot with { Commands = [.. commands.Select(Snapshot)] };

        ResourceCommandSnapshot Snapshot(ResourceCommandAnnotation command) => new(
            command.Name,
            command.UpdateState(new() { ResourceSnapshot = snapshot, Services = services }),
            command.DisplayName,
            command.DisplayDescription,
            command.ConfirmationMessage,
            command.IconName,
            command.IconVariant,
            command.IsHighlighted);
    }
}

internal static partial class ResourceCommandLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{Command}'.")]
    public static partial void Executing(ILogger logger, string command);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command '{Command}' failed: {Reason}.")]
    public static partial void Failed(ILogger logger, string command, string reason);
}
