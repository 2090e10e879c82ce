using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Reads all parameters before anything starts, so that one that is missing is said at once and by name.</summary>
internal sealed partial class ParameterInitializer(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ILogger<ParameterInitializer> logger)
{
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var resource in model.Resources)
        {
            switch (resource)
            {
                case ParameterResource parameter:
                    if (await InitializeAsync(parameter, cancellationToken).ConfigureAwait(false) is { } problem)
                    {
                        missing.Add(problem);
                    }

                    break;
                case ExternalServiceResource service:
                    await PublishRunningAsync(service, service.Uri?.ToString(), isSensitive: false).ConfigureAwait(false);
                    break;
            }
        }

        if (missing.Count > 0)
        {
            throw new MissingParameterValueException(string.Join(Environment.NewLine, missing));
        }
    }

    private async Task<string?> InitializeAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        try
        {
            var value = await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
            await PublishRunningAsync(parameter, value, parameter.Secret).ConfigureAwait(false);
            return null;
        }
        catch (MissingParameterValueException exception)
        {
            LogMissing(logger, parameter.Name);
            await notifications.PublishUpdateAsync(
                parameter,
                s => s with { State = new(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn) }).ConfigureAwait(false);
            return exception.Message;
        }
    }

    private Task PublishRunningAsync(IResource resource, string? value, bool isSensitive) =>
        notifications.PublishUpdateAsync(resource, s => s with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            Properties = [.. s.Properties, new("Value", value) { IsSensitive = isSensitive }],
            StartTimeStamp = s.CreationTimeStamp,
            ResourceReadyEvent = new EventSnapshot(Task.CompletedTask),
        });

    [LoggerMessage(Level = LogLevel.Debug, Message = "Parameter '{Parameter}' had no value.")]
    private static partial void LogMissing(ILogger logger, string parameter);
}
