using Platform.Tasks.Handlers;
using Platform.Tasks.Items;

namespace TaskService.PurgeExpired;

/// <summary>
/// Takes out of lists what no expiry takes: ids of tasks that are no longer kept. Everything else expires, or is trimmed where it is written. An attempt that takes
/// over looks again from the beginning, and finds what is left.
/// </summary>
internal sealed class PurgeExpiredHandler(GoneTasks gone) : ITaskHandler<PurgeExpiredPayload>
{
    public const string Type = "purge-expired";

    public async Task<TaskOutcome> RunAsync(PurgeExpiredPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        var removed = GoneTasks.Kinds.ToDictionary(kind => kind, _ => 0L, StringComparer.Ordinal);
        for (var i = 0; i < GoneTasks.Kinds.Count; i++)
        {
            var kind = GoneTasks.Kinds[i];
            await foreach (var found in gone.PurgeAsync(kind, remove: !payload.DryRun, cancellationToken))
            {
                removed[kind] += found;
            }

            await context.ReportProgressAsync(
                i + 1, GoneTasks.Kinds.Count, $"{removed.Values.Sum()} ids of tasks that are gone {(payload.DryRun ? "found" : "removed")}", cancellationToken);
        }

        return TaskOutcome.Of(new PurgeExpiredOutcome(payload.DryRun, removed));
    }
}
