using Platform.Redis.Consumers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;

namespace Platform.Tasks.Handlers;

/// <summary>What a handler has at hand for one attempt. What it writes is refused once another attempt has taken over.</summary>
public sealed class TaskContext
{
    private readonly Delivery _delivery;
    private readonly DeliveryLease _lease;
    private readonly TaskDeliveries _deliveries;

    internal TaskContext(Delivery delivery, DeliveryLease lease, TaskDeliveries deliveries, ILogger logger)
    {
        _delivery = delivery;
        _lease = lease;
        _deliveries = deliveries;
        Logger = logger;
    }

    /// <summary>The task's id: the same in every attempt, so what others are asked to do can be known again by it.</summary>
    public string TaskId => Task.Id;

    /// <summary>Whose task it is.</summary>
    public string Owner => Task.Owner;

    /// <summary>From 1.</summary>
    public int Attempt => Task.Attempt;

    /// <summary>Rises with every attempt; pass it to what you write to, where that can compare it.</summary>
    public long Fence => Task.Fence;

    /// <summary>Logs in the name of the engine; the task's id and type are in its scope.</summary>
    public ILogger Logger { get; }

    internal TaskItem Task => _delivery.Task;

    internal Delivery Delivery => _delivery;

    /// <summary>Shows how far the attempt has come.</summary>
    /// <exception cref="DeliveryLostException">Another attempt has taken over: end.</exception>
    public Task ReportProgressAsync(long done, long total, string? message, CancellationToken cancellationToken) =>
        WriteAsync(() => _deliveries.ReportAsync(_delivery, new TaskProgress(done, total, message), cancellationToken), cancellationToken);

    /// <summary>
    /// Carries out a write that only the holder of the task may do. It waits for Redis to come back: an attempt outlives its absence, and finds
    /// out then whether it still holds the task.
    /// </summary>
    internal async Task WriteAsync(Func<Task<Hold>> write, CancellationToken cancellationToken)
    {
        var hold = await RedisPatience.UntilAnsweredAsync(
            async () => await _deliveries.RecordAsync(_delivery, cancellationToken) == Hold.Lost ? Hold.Lost : await write(), cancellationToken);
        _lease.Observe(hold);
        switch (hold)
        {
            case Hold.Lost:
                throw new DeliveryLostException();
            case Hold.OutOfStep:
                throw new InvalidOperationException("The result does not have the chunks that the handler counted.");
        }
    }
}
