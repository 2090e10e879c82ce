using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One failed resource takes no other down. But when everything has failed, or waits for what has failed, nothing will come of waiting:
/// the AppHost says why, once, and ends with an exit code that scripts understand.
/// </summary>
internal sealed class StartupVerdict(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    OrchestrationOptions options,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IsUnattended)
        {
            return;
        }

        try
        {
            await foreach (var change in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                var state = change.Snapshot.State?.Text;
                if ((state == KnownResourceStates.FailedToStart || state == KnownResourceStates.Waiting)
                    && !lifetime.ApplicationStopping.IsCancellationRequested
                    && Hopeless() is { } problems)
                {
                    await Console.Error.WriteLineAsync($"error: {string.Join(Environment.NewLine, problems)}").ConfigureAwait(false);
                    Environment.ExitCode = 1;
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application ends in the ordinary way.
        }
    }

    /// <summary>What has failed, if nothing else can run; null while there is hope.</summary>
    private string[]? Hopeless()
    {
        var resources = model.Resources
            .Where(resource => resource is ProjectResource or ExecutableResource or ContainerResource)
            .Where(resource => !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            .ToArray();
        var failed = resources.Where(resource => IsIn(resource, KnownResourceStates.FailedToStart)).ToHashSet<IResource>();
        var lost = new HashSet<IResource>(failed);
        while (resources.FirstOrDefault(resource => !lost.Contains(resource) && WaitsForOneOf(lost, resource)) is { } next)
        {
            lost.Add(next);
        }

        // What only failed because of another is not worth a line of its own.
        return failed.Count > 0 && resources.All(lost.Contains)
            ? [.. failed.Where(resource => !DependsOnOneOf(failed, resource)).Select(Problem)]
            : null;
    }

    private bool WaitsForOneOf(HashSet<IResource> lost, IResource resource) =>
        IsIn(resource, KnownResourceStates.Waiting) && DependsOnOneOf(lost, resource);

    private static bool DependsOnOneOf(HashSet<IResource> lost, IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Any(wait => lost.Contains(wait.Resource));

    private bool IsIn(IResource resource, string state) => resource.GetInstances().All(instance =>
        notifications.TryGetCurrentState(instance.Name, out var current) && current.Snapshot.State?.Text == state);

    private string Problem(IResource resource) =>
        notifications.TryGetCurrentState(resource.GetInstances()[0].Name, out var current) && current.Snapshot.Problem() is { } problem
            ? problem.Contains($"'{resource.Name}'", StringComparison.Ordinal) ? problem : $"Resource '{resource.Name}' cannot run. {problem}"
            : $"Resource '{resource.Name}' failed to start.";
}
