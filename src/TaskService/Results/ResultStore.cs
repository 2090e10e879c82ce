using System.Buffers;
using System.IO.Pipelines;
using Platform.Redis;
using Platform.Tasks;
using TaskService.Inputs;

namespace TaskService.Results;

/// <summary>Results of tasks, chunk by chunk: a part is found by the lengths of the chunks, and only its chunks are read.</summary>
internal sealed class ResultStore(RedisStore redis, TaskKeys keys, ChunkSealer sealer)
{
    private const int ChunksPerRead = 4;

    /// <returns>The unpacked lengths of all chunks; empty when the result is gone.</returns>
    public async Task<IReadOnlyList<int>> ReadIndexAsync(string taskId, CancellationToken cancellationToken)
    {
        var values = await redis.ExecuteAsync("task.result.index", database => database.ListRangeAsync(keys.ResultIndex(taskId)), cancellationToken);
        return Array.ConvertAll(values, value => (int)value);
    }

    /// <summary>Writes a part of a result, in steps that the receiver's pace sets.</summary>
    /// <exception cref="InvalidDataException">Chunks are missing.</exception>
    public async Task WriteAsync(string taskId, IReadOnlyList<int> index, ByteRange part, PipeWriter output, CancellationToken cancellationToken)
    {
        var (first, offset) = ByteRange.Locate(index, part.Start);
        var rest = part.Length;
        for (var number = first; rest > 0; number += ChunksPerRead)
        {
            var from = number;
            var chunks = await redis.ExecuteAsync(
                "task.result.read", database => database.ListRangeAsync(keys.Result(taskId), from, from + ChunksPerRead - 1), cancellationToken);
            if (chunks.Length == 0)
            {
                throw new InvalidDataException("A part of the result is missing.");
            }

            for (var i = 0; i < chunks.Length && rest > 0; i++)
            {
                var chunk = sealer.Open(taskId, ChunkKind.Result, from + i, (byte[])chunks[i]!).Bytes.AsMemory(offset);
                offset = 0;
                if (chunk.Length > rest)
                {
                    chunk = chunk[..(int)rest];
                }

                output.Write(chunk.Span);
                rest -= chunk.Length;
            }

            if ((await output.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }
        }
    }
}
