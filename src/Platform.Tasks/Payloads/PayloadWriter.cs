using System.Buffers;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace Platform.Tasks.Payloads;

/// <summary>Takes a payload in as it comes, seals it chunk by chunk and sends a few at a time, one write ahead. Holds no more than these.</summary>
internal sealed class PayloadWriter(PayloadStore store, string taskId, long limit, IncrementalHash hash) : Stream
{
    private const int ChunksPerWrite = 4;

    private readonly List<RedisValue> _waiting = new(ChunksPerWrite);
    private byte[] _chunk = ArrayPool<byte>.Shared.Rent(PayloadStore.ChunkBytes);
    private Task _sending = Task.CompletedTask;
    private int _filled;
    private int _chunks;
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>All was written.</summary>
    public async Task<StoredPayload> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
        {
            SealChunk();
        }

        await SendAsync(cancellationToken);
        await _sending;
        return new StoredPayload(_chunks, _length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Takes some more in; what that fills is sent with <see cref="FlushAsync"/>.</summary>
    /// <exception cref="PayloadTooLargeException">It is more than may be.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _length += buffer.Length;
        if (_length > limit)
        {
            throw new PayloadTooLargeException(limit);
        }

        hash.AppendData(buffer);
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, PayloadStore.ChunkBytes - _filled);
            buffer[..taken].CopyTo(_chunk.AsSpan(_filled));
            buffer = buffer[taken..];
            _filled += taken;
            if (_filled == PayloadStore.ChunkBytes)
            {
                SealChunk();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // What comes at once may be larger than what is held.
        for (; !buffer.IsEmpty; buffer = buffer[Math.Min(PayloadStore.ChunkBytes, buffer.Length)..])
        {
            Write(buffer.Span[..Math.Min(PayloadStore.ChunkBytes, buffer.Length)]);
            await FlushAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _waiting.Count >= ChunksPerWrite ? SendAsync(cancellationToken) : Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _chunk.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_chunk, clearArray: true);
            _chunk = [];
            hash.Dispose();

            // Given up in the middle, the write that is on its way is nobody's any more.
            _ = _sending.ContinueWith(static sent => sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        base.Dispose(disposing);
    }

    private void SealChunk()
    {
        _waiting.Add(store.Seal(taskId, _chunks, _chunk.AsSpan(0, _filled)));
        _chunks++;
        _filled = 0;
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
