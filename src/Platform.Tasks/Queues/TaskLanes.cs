using Microsoft.Extensions.Options;
using Platform.Tasks.Client;

namespace Platform.Tasks.Queues;

/// <summary>The lanes there are: of each queue, those of high priority first.</summary>
internal sealed class TaskLanes
{
    private static readonly TaskPriority[] Priorities = [TaskPriority.High, TaskPriority.Normal, TaskPriority.Low];

    private readonly Dictionary<string, Lane> _byName;

    public TaskLanes(TaskKeys keys, IOptions<TasksOptions> options)
    {
        Queues = options.Value.QueueNames;
        All = [.. Priorities.SelectMany(priority => Queues.Select(queue => Of(keys, queue, priority)))];
        _byName = All.ToDictionary(lane => lane.Name, StringComparer.Ordinal);
        ServedQueues = options.Value.ServedNames;
        Served = [.. All.Where(lane => ServedQueues.Contains(lane.Queue, StringComparer.Ordinal))];
    }

    public IReadOnlyList<string> Queues { get; }

    /// <summary>Those that the workers of this process take from.</summary>
    public IReadOnlyList<string> ServedQueues { get; }

    /// <summary>By priority, and in the order of the queues where it is the same.</summary>
    public IReadOnlyList<Lane> All { get; }

    /// <summary>The lanes of the queues that are served, in the same order.</summary>
    public IReadOnlyList<Lane> Served { get; }

    public bool IsQueue(string name) => Queues.Contains(name, StringComparer.Ordinal);

    public Lane Find(string queue, TaskPriority priority) => _byName.GetValueOrDefault(Lane.NameOf(queue, priority))
        ?? throw new ArgumentException($"There is no queue '{queue}'. Queues are named in {TasksOptions.SectionName}:Queues: {string.Join(", ", Queues)}.", nameof(queue));

    private static Lane Of(TaskKeys keys, string queue, TaskPriority priority)
    {
        var name = Lane.NameOf(queue, priority);
        return new Lane(name, queue, priority, keys.Lane(name));
    }
}
