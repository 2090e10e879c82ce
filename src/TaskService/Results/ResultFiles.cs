using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using TaskService.Inputs;

namespace TaskService.Results;

/// <summary>
/// Files that handlers make as results, whatever they are: each attempt writes its own from the beginning, and what one before has left is gone
/// with its first chunk. They lie in the same chunks as results of records and are fetched in the same way.
/// </summary>
internal sealed class ResultFiles(RedisStore redis, TaskKeys keys, ChunkSealer sealer, IOptions<TasksOptions> options)
{
    /// <summary>Begins the file of an attempt.</summary>
    /// <param name="longest">The largest file, in bytes.</param>
    public ResultStream Create(TaskContext context, ResultFile file, long longest) => new(this, context, file, longest);

    /// <summary>Removes what the attempt has written.</summary>
    /// <exception cref="DeliveryLostException">Another attempt has taken over.</exception>
    public Task DiscardAsync(TaskContext context, CancellationToken cancellationToken) => context.WriteAsync(
        async () => (Hold)(int)await redis.EvaluateAsync(
            ResultScripts.DiscardResult, KeysOf(context.TaskId), [context.Fence], cancellationToken),
        cancellationToken);

    /// <exception cref="DeliveryLostException">Another attempt has taken over.</exception>
    public Task WriteAsync(TaskContext context, ResultFile file, int number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var packed = sealer.Seal(context.TaskId, ChunkKind.Result, number, chunk.Span, firstLine: 0);
        return context.WriteAsync(
            async () => (Hold)(int)await redis.EvaluateAsync(
                ResultScripts.WriteResult,
                KeysOf(context.TaskId),
                [
                    context.Fence, number, packed, chunk.Length, file.ContentType, file.Name,
                    (long)options.Value.ResultRetention.TotalMilliseconds,
                ],
                cancellationToken),
            cancellationToken);
    }

    private StackExchange.Redis.RedisKey[] KeysOf(string taskId) => [keys.Item(taskId), keys.Result(taskId), keys.ResultIndex(taskId)];
}
