using Platform.Redis.Consumers;
using TaskService.Inputs;
using TaskService.Tasks;

namespace TaskService.Processing;

/// <summary>What a handler has at hand for one attempt. What it writes is refused once another attempt has taken over.</summary>
internal sealed class TaskContext(
    Delivery delivery, DeliveryLease lease, TaskDeliveries deliveries, InputStore inputs, ChunkSealer sealer, ILogger logger)
{
    public TaskItem Task => delivery.Task;

    /// <summary>From 1.</summary>
    public int Attempt => delivery.Task.Attempt;

    /// <summary>Rises with every attempt; pass it to what you write to, where that can compare it.</summary>
    public long Fence => delivery.Task.Fence;

    public ILogger Logger => logger;

    public async Task ReportProgressAsync(long done, long total, string? message, CancellationToken cancellationToken) => Check(
        await UntilAnsweredAsync(() => deliveries.ReportAsync(delivery, new TaskProgress(done, total, message), cancellationToken), cancellationToken));

    /// <summary>A chunk of the task's records.</summary>
    /// <exception cref="TaskFailedException">It is not there any more.</exception>
    public async Task<OpenedChunk> ReadInputAsync(int number, CancellationToken cancellationToken) =>
        await UntilAnsweredAsync(() => inputs.ReadAsync(Task.Id, number, cancellationToken), cancellationToken)
        ?? throw new TaskFailedException("input_expired", "The records were no longer there. Submit them again.");

    /// <summary>How many chunks of the result earlier attempts wrote: go on with the next.</summary>
    public Task<int> CountResultAsync(CancellationToken cancellationToken) =>
        UntilAnsweredAsync(() => deliveries.CountResultAsync(Task.Id, cancellationToken), cancellationToken);

    /// <summary>Adds the next chunk of the result, with the outcome so far and the progress, as one.</summary>
    public async Task AppendResultAsync(
        int number, ReadOnlyMemory<byte> chunk, TaskOutcome outcome, TaskProgress progress, CancellationToken cancellationToken)
    {
        var packed = sealer.Seal(Task.Id, ChunkKind.Result, number, chunk.Span, firstLine: 0);
        Check(await UntilAnsweredAsync(
            () => deliveries.AppendAsync(delivery, number, packed, chunk.Length, outcome, progress, cancellationToken), cancellationToken));
    }

    private void Check(Hold hold)
    {
        lease.Observe(hold);
        switch (hold)
        {
            case Hold.Lost:
                throw new DeliveryLostException();
            case Hold.OutOfStep:
                throw new InvalidOperationException("The result does not have the chunks that the handler counted.");
        }
    }

    /// <summary>Waits for Redis to come back: an attempt outlives its absence, and finds out then whether it still holds the task.</summary>
    private static Task<T> UntilAnsweredAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken) =>
        RedisPatience.UntilAnsweredAsync(operation, cancellationToken);
}
