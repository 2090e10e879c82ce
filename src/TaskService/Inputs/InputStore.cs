using System.IO.Pipelines;
using System.Security.Cryptography;
using Platform.Redis;
using Platform.Tasks;
using Platform.Tasks.Items;
using StackExchange.Redis;

namespace TaskService.Inputs;

/// <summary>
/// The records of tasks: written while they come in, chunk by chunk, and kept only for minutes until a task is submitted with them.
/// </summary>
internal sealed class InputStore(RedisStore redis, TaskKeys keys, ChunkSealer sealer, ILogger<InputStore> logger)
{
    private const int ChunksPerWrite = 4;

    /// <summary>Reads a file to its end and keeps it under the id of a task that will be submitted.</summary>
    /// <param name="limit">The largest file, in bytes.</param>
    /// <exception cref="InputException">The file is not acceptable.</exception>
    public async Task<(StoredInput Input, byte[] Hash)> WriteAsync(
        string taskId, PipeReader file, RecordFormat format, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var splitter = new RecordSplitter(format);
        var writer = new Writer(this, sealer, taskId);
        long bytes = 0;
        try
        {
            while (true)
            {
                var read = await file.ReadAsync(cancellationToken);
                try
                {
                    foreach (var segment in read.Buffer)
                    {
                        bytes += segment.Length;
                        if (bytes > limit)
                        {
                            throw InputException.TooLarge(limit);
                        }

                        hash.AppendData(segment.Span);
                        for (var rest = segment; !rest.IsEmpty;)
                        {
                            rest = rest[splitter.Fill(rest.Span)..];
                            await writer.TakeFromAsync(splitter, cancellationToken);
                        }
                    }
                }
                finally
                {
                    // Also when the file is refused: the server reads on, to keep the connection.
                    file.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted)
                {
                    break;
                }
            }

            splitter.Complete();
            await writer.TakeFromAsync(splitter, cancellationToken);
            await writer.FlushAsync(cancellationToken);
        }
        catch (RecordTooLongException exception)
        {
            throw InputException.RecordTooLong(exception.Line, format);
        }

        return writer.Records == 0
            ? throw InputException.Empty(format, bytes)
            : (new StoredInput(format, writer.Chunks, writer.Records, bytes) { Columns = writer.Columns }, hash.GetHashAndReset());
    }

    /// <returns>Null when the chunk is not there: it expired, or Redis lost it.</returns>
    public async Task<OpenedChunk?> ReadAsync(string taskId, int number, CancellationToken cancellationToken)
    {
        var value = await redis.ExecuteAsync(
            "task.input.read", database => database.ListGetByIndexAsync(keys.Input(taskId), number), cancellationToken);
        return value.Length() == 0 ? null : sealer.Open(taskId, ChunkKind.Input, number, (byte[])value!);
    }

    /// <summary>Removes what was written for a task, its payload too; left alone, it would expire by itself.</summary>
    public async Task DiscardAsync(string taskId)
    {
        try
        {
            // Also when the caller has gone: that is when there is most to remove.
            await redis.ExecuteAsync("task.input.discard", database => database.KeyDeleteAsync([keys.Input(taskId), keys.Payload(taskId)]), CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            logger.InputLeftToExpire(taskId);
        }
    }

    private async Task AppendAsync(string taskId, List<RedisValue> chunks, CancellationToken cancellationToken) => await redis.EvaluateAsync(
        TaskScripts.AppendChunks, [keys.Input(taskId)], [(long)TaskKeys.UploadLifetime.TotalMilliseconds, .. chunks], cancellationToken);

    /// <summary>Seals chunks and sends a few at a time, one write ahead of the reading.</summary>
    private sealed class Writer(InputStore store, ChunkSealer sealer, string taskId)
    {
        private readonly List<RedisValue> _waiting = new(ChunksPerWrite);
        private Task _sending = Task.CompletedTask;

        public int Chunks { get; private set; }

        public long Records { get; private set; }

        public IReadOnlyList<string>? Columns { get; private set; }

        public async Task TakeFromAsync(RecordSplitter splitter, CancellationToken cancellationToken)
        {
            while (splitter.TryTake(out var chunk))
            {
                if (Chunks == 0 && chunk.Records == 0 && !RecordSplitter.IsBlank(chunk.Bytes.Span))
                {
                    Columns = [.. CsvHeader.Parse(chunk.Bytes.Span).Columns.Select(column => column.Text)];
                }

                _waiting.Add(sealer.Seal(taskId, ChunkKind.Input, Chunks, chunk.Bytes.Span, chunk.FirstLine));
                Chunks++;
                Records += chunk.Records;
                if (_waiting.Count == ChunksPerWrite)
                {
                    await SendAsync(cancellationToken);
                }
            }
        }

        public async Task FlushAsync(CancellationToken cancellationToken)
        {
            await SendAsync(cancellationToken);
            await _sending;
        }

        private async Task SendAsync(CancellationToken cancellationToken)
        {
            await _sending;
            if (_waiting.Count > 0)
            {
                _sending = store.AppendAsync(taskId, _waiting, cancellationToken);
                _waiting.Clear();
            }
        }
    }
}
