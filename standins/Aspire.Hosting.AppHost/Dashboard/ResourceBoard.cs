using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The latest state of every resource, and a signal when any of it changes.</summary>
internal sealed class ResourceBoard(ResourceNotificationService notifications, DistributedApplicationModel model)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _resources = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Follows the resources until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _resources[change.ResourceId] = change;
                (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            changed.TrySetResult();
        }
    }

    /// <summary>All resources that are to be shown, in the order of the model, and a task that ends with the next change.</summary>
    public (IReadOnlyList<ResourceView> Resources, Task Changed) Look()
    {
        lock (_lock)
        {
            var replicas = _resources.Values.CountBy(resource => resource.Resource.Name).ToDictionary(StringComparer.Ordinal);
            var order = model.Resources.Select((resource, index) => (resource.Name, index)).ToDictionary(StringComparer.Ordinal);
            return (
                [
                    .. _resources.Values.Where(resource => !resource.Snapshot.IsHidden)
                        .OrderBy(resource => order.GetValueOrDefault(resource.Resource.Name, int.MaxValue))
                        .ThenBy(resource => resource.ResourceId, StringComparer.Ordinal)
                        .Select(resource => ResourceView.Of(resource, replicas[resource.Resource.Name] > 1)),
                ],
                _changed.Task);
        }
    }

    public CustomResourceSnapshot? Find(string id)
    {
        lock (_lock)
        {
            return _resources.GetValueOrDefault(id)?.Snapshot;
        }
    }
}
