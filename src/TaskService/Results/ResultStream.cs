using System.Buffers;
using System.Security.Cryptography;
using Platform.Tasks.Handlers;

namespace TaskService.Results;

/// <summary>
/// The file that an attempt makes, to be written from the beginning to the end: it goes to Redis chunk by chunk, so no more than one is held. What
/// is written synchronously, by those who write a few bytes at a time, waits for the next asynchronous write.
/// </summary>
internal sealed class ResultStream(ResultFiles files, TaskContext context, ResultFile file, long longest) : Stream
{
    private const int ChunkSize = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ArrayBufferWriter<byte> _waiting = new(ChunkSize);
    private ArrayBufferWriter<byte> _spare = new(ChunkSize);
    private int _chunks;
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>Writes what is left. Nothing can be written afterwards.</summary>
    /// <returns>The SHA-256 of the whole file, in hexadecimal digits.</returns>
    public async Task<string> CompleteAsync(CancellationToken cancellationToken)
    {
        await SendAsync(leastLeft: 1, cancellationToken);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <exception cref="TaskFailedException">The file becomes too large.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _length += buffer.Length;
        if (_length > longest)
        {
            throw new TaskFailedException("too_large", $"The result is larger than {longest} bytes.");
        }

        _hash.AppendData(buffer);
        _waiting.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(rest.Length, ChunkSize)];
            Write(piece.Span);
            await SendAsync(ChunkSize, cancellationToken);
            rest = rest[piece.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: a chunk is written when it is full.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task SendAsync(int leastLeft, CancellationToken cancellationToken)
    {
        if (_waiting.WrittenCount < leastLeft)
        {
            return;
        }

        var left = _waiting.WrittenMemory;
        while (left.Length >= leastLeft)
        {
            var chunk = left[..Math.Min(left.Length, ChunkSize)];
            await files.WriteAsync(context, file, _chunks, chunk, cancellationToken);
            _chunks++;
            left = left[chunk.Length..];
        }

        _spare.Write(left.Span);
        _waiting.Clear();
        (_waiting, _spare) = (_spare, _waiting);
    }
}
