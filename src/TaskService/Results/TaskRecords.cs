using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using TaskService.Inputs;

namespace TaskService.Results;

/// <summary>The records of a task as its handler sees them: chunks are read from the input and written, in order, to the result.</summary>
internal sealed class TaskRecords(
    RedisStore redis, TaskKeys keys, InputStore inputs, ChunkSealer sealer, EventStreams events, IOptions<TasksOptions> options)
{
    /// <summary>A chunk of the task's records.</summary>
    /// <exception cref="TaskFailedException">It is not there any more.</exception>
    public async Task<OpenedChunk> ReadAsync(TaskContext context, int number, CancellationToken cancellationToken) =>
        await RedisPatience.UntilAnsweredAsync(() => inputs.ReadAsync(context.TaskId, number, cancellationToken), cancellationToken)
        ?? throw new TaskFailedException("input_expired", "The records were no longer there. Submit them again.");

    /// <summary>How many chunks of the result earlier attempts wrote: go on with the next.</summary>
    public Task<int> CountAsync(TaskContext context, CancellationToken cancellationToken) => RedisPatience.UntilAnsweredAsync(
        async () => (int)await redis.ExecuteAsync(
            "task.result.count", database => database.ListLengthAsync(keys.Result(context.TaskId)), cancellationToken),
        cancellationToken);

    /// <summary>Adds the next chunk of the result, with the outcome so far and the progress, as one.</summary>
    /// <exception cref="DeliveryLostException">Another attempt has taken over.</exception>
    public Task AppendAsync(
        TaskContext context, int number, ReadOnlyMemory<byte> chunk, TaskOutcome outcome, TaskProgress progress, CancellationToken cancellationToken)
    {
        var packed = sealer.Seal(context.TaskId, ChunkKind.Result, number, chunk.Span, firstLine: 0);
        return context.WriteAsync(
            () => AppendAsync(context.Delivery, number, packed, chunk.Length, outcome, progress, cancellationToken), cancellationToken);
    }

    /// <param name="number">The number of the chunk: how many there must be already.</param>
    /// <param name="length">Of the chunk before it was packed.</param>
    public async Task<Hold> AppendAsync(
        Delivery delivery, int number, byte[] chunk, int length, TaskOutcome outcome, TaskProgress progress, CancellationToken cancellationToken)
    {
        var id = delivery.Task.Id;
        return (Hold)(int)await redis.EvaluateAsync(
            ResultScripts.AppendResult,
            [keys.Item(id), keys.Result(id), keys.ResultIndex(id), keys.Input(id), keys.Events(id)],
            [
                delivery.Task.Fence, number, chunk, length, outcome.Json ?? "", progress.Done, progress.Total, progress.Message ?? "",
                JsonSerializer.Serialize(progress, JsonDefaults.Options), (long)options.Value.ResultRetention.TotalMilliseconds, events.WakeChannel,
            ],
            cancellationToken);
    }
}
