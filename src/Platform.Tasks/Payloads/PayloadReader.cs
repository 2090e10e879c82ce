using System.Security.Cryptography;
using System.Text;
using Platform.Tasks.Handlers;

namespace Platform.Tasks.Payloads;

/// <summary>
/// A payload that lies aside as a stream: one chunk at a time is fetched and opened. Reading throws <see cref="TaskFailedException"/> where it is no
/// longer there, and <see cref="UndecodablePayloadException"/> where it is not what was written.
/// </summary>
internal sealed class PayloadReader(StoredPayload stored, IncrementalHash hash, Func<int, CancellationToken, Task<byte[]>> read) : Stream
{
    private ReadOnlyMemory<byte> _chunk;
    private int _next;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => stored.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_chunk.IsEmpty && _next < stored.Chunks && buffer.Length > 0)
        {
            _chunk = await read(_next, cancellationToken);
            _next++;
            hash.AppendData(_chunk.Span);
            if (_next == stored.Chunks && !CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())), Encoding.ASCII.GetBytes(stored.Hash)))
            {
                throw new UndecodablePayloadException();
            }
        }

        var taken = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..taken].CopyTo(buffer.Span);
        _chunk = _chunk[taken..];
        _position += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it with ReadAsync.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
