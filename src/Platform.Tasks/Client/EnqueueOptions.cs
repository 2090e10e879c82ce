using Platform.Tasks.Dependencies;
using Platform.Tasks.Unique;

namespace Platform.Tasks.Client;

/// <summary>How a task is enqueued, where the defaults of its type are not what is wanted.</summary>
public sealed record EnqueueOptions
{
    internal static readonly EnqueueOptions Default = new();

    /// <summary>One of the queues named in <c>Tasks:Queues</c>; the type's own, or the first, where it is null.</summary>
    public string? Queue { get; init; }

    /// <summary>Which of the waiting tasks are taken first.</summary>
    public TaskPriority Priority { get; init; } = TaskPriority.Normal;

    /// <summary>How long the task waits before it may be run: up to 30 days.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The person whose task it is: they see it in their list, follow it, are told of its end, and it is erased with them.</summary>
    public string? Owner { get; init; }

    /// <summary>
    /// Of the tasks with the same key (and the same owner) only <c>TaskTypeOptions.ConcurrencyPerKey</c> run at once. With 1 each begins when the
    /// one before has ended, its further attempts included. Its digest stands in Redis: name things by their ids, not by what is known of people.
    /// </summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>That the task is not enqueued beside another that is the same: the id of that one is the answer then.</summary>
    public TaskUniqueness? Unique { get; init; }

    /// <summary>Ids of tasks and batches that have to end before the task is run, 100 at most.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How those have to end.</summary>
    public AfterMode After { get; init; }

    /// <summary>Whether all that the task needs can travel with its place in the queue.</summary>
    internal bool IsPlain => Delay == TimeSpan.Zero && Owner is null && ConcurrencyKey is null && Unique is null && DependsOn.Count == 0;
}
