using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Tells whoever started the AppHost at a console what happens, one short line each: what waits, runs, is healthy, has failed and why.
/// </summary>
internal sealed class ConsoleReporter(ResourceNotificationService notifications, OrchestrationOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, string> _told = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _healthy = new(StringComparer.OrdinalIgnoreCase);
    private Task _reporting = Task.CompletedTask;
    private int _width;

    public void Begin(IReadOnlyCollection<IResource> resources)
    {
        if (options.IsUnattended || resources.Count == 0)
        {
            return;
        }

        _width = resources.Max(resource => NameWidth(resource));
        _reporting = ReportAsync(resources, time.GetTimestamp());
    }

    /// <summary>Something about one resource that its states do not say.</summary>
    public void Tell(string name, string text)
    {
        if (!options.IsUnattended)
        {
            Console.Out.WriteLine($"  {name.PadRight(_width)}  {text}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static int NameWidth(IResource resource) => resource.GetInstances().Max(instance => DisplayName(resource, instance.Name).Length);

    private static string DisplayName(IResource resource, string id) => resource.GetInstances().Count > 1 ? id : resource.Name;

    private async Task ReportAsync(IReadOnlyCollection<IResource> resources, long startedAt)
    {
        var expected = resources.Where(resource => !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            .SelectMany(resource => resource.GetInstances()).Select(instance => instance.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var isComplete = false;
        await foreach (var change in notifications.WatchAsync(_stop.Token).ConfigureAwait(false))
        {
            if (!resources.Contains(change.Resource))
            {
                continue;
            }

            var text = Describe(change);
            if (text is not null && _told.GetValueOrDefault(change.ResourceId) != text)
            {
                _told[change.ResourceId] = text;
                Tell(DisplayName(change.Resource, change.ResourceId), text);
            }

            if (!isComplete && expected.IsSubsetOf(_healthy))
            {
                isComplete = true;
                Console.Out.WriteLine($"  All resources are healthy after {time.GetElapsedTime(startedAt).TotalSeconds:0.0} s.");
            }
        }
    }

    private string? Describe(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        var state = snapshot.State?.Text;
        if (state == KnownResourceStates.Running)
        {
            return DescribeRunning(change.ResourceId, snapshot);
        }

        var wasHealthy = _healthy.Remove(change.ResourceId);
        if (state == KnownResourceStates.Waiting)
        {
            return $"waits for {string.Join(", ", change.Resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Distinct())}";
        }

        if (state == KnownResourceStates.Starting)
        {
            return snapshot.Problem() is { } crash ? $"{crash} It is started again." : wasHealthy ? "starts again" : null;
        }

        return state == KnownResourceStates.FailedToStart || state == KnownResourceStates.Exited
            ? $"FAILED: {snapshot.Problem() ?? $"It ended with code {snapshot.ExitCode}."}"
            : state == KnownResourceStates.Finished ? "finished" : null;
    }

    private string? DescribeRunning(string id, CustomResourceSnapshot snapshot)
    {
        if (snapshot.HealthStatus == HealthStatus.Healthy)
        {
            _healthy.Add(id);
            return $"healthy  {snapshot.Urls.FirstOrDefault(url => !url.IsInternal)?.Url}".TrimEnd();
        }

        if (!_healthy.Contains(id))
        {
            return "runs, not yet healthy";
        }

        var reason = snapshot.HealthReports.FirstOrDefault(report => report.Status is not null && report.Status != HealthStatus.Healthy)?.Description;
        return $"UNHEALTHY: {reason ?? "the health check failed."}";
    }
}
