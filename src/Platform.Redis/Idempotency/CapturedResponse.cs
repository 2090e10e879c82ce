using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Redis.Idempotency;

/// <summary>
/// Holds a response back until it is stored. What is larger than the bound, or was never meant to be held back (a live stream), goes
/// through as it is written.
/// </summary>
internal sealed class CapturedResponse(IHttpResponseBodyFeature inner, int bound) : PipeWriter, IHttpResponseBodyFeature, IDisposable
{
    private const int SmallestBuffer = 1024;

    private byte[] _buffer = [];
    private int _length;
    private int _flushed;
    private Stream? _stream;

    /// <summary>Whether it was sent instead of held back.</summary>
    public bool PassedThrough { get; private set; }

    /// <summary>What the handler wrote.</summary>
    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    public PipeWriter Writer => this;

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => PassedThrough ? inner.Writer.UnflushedBytes : _length - _flushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        PassedThrough ? inner.Writer.GetMemory(sizeHint) : Free(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) =>
        PassedThrough ? inner.Writer.GetSpan(sizeHint) : Free(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (PassedThrough)
        {
            inner.Writer.Advance(bytes);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _length);
        _length += bytes;
        if (_length > bound)
        {
            PassThrough();
        }
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (!PassedThrough && source.Length <= bound - _length)
        {
            source.CopyTo(Free(source.Length));
            _length += source.Length;
            return FlushAsync(cancellationToken);
        }

        PassThrough();
        return inner.Writer.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (PassedThrough)
        {
            return inner.Writer.FlushAsync(cancellationToken);
        }

        _flushed = _length;
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));
    }

    public override void CancelPendingFlush() => inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (PassedThrough)
        {
            inner.Writer.Complete(exception);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => PassedThrough ? inner.StartAsync(cancellationToken) : Task.CompletedTask;

    public Task CompleteAsync() => PassedThrough ? inner.CompleteAsync() : Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        PassedThrough
            ? inner.SendFileAsync(path, offset, count, cancellationToken)
            : SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <summary>Whoever asks for this streams, and cannot wait for the end.</summary>
    public void DisableBuffering()
    {
        PassThrough();
        inner.DisableBuffering();
    }

    /// <summary>The answer as it is stored: what a replay needs of it, behind its body.</summary>
    public ReadOnlySpan<byte> Encode(HttpResponse response, IdempotencyPolicy policy)
    {
        var body = _length;
        StoredAnswer.WriteTail(this, response, policy, body);
        var encoded = _buffer.AsSpan(0, _length);
        _length = body;
        return encoded;
    }

    public void Dispose()
    {
        Return();
        _length = 0;
    }

    internal Span<byte> Append(int bytes)
    {
        var free = Free(bytes).Span[..bytes];
        _length += bytes;
        return free;
    }

    private void PassThrough()
    {
        if (!PassedThrough)
        {
            PassedThrough = true;
            inner.Writer.Write(_buffer.AsSpan(0, _length));
            Return();
            _length = 0;
        }
    }

    private Memory<byte> Free(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(_buffer.Length * 2, _length + needed), SmallestBuffer));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            Return();
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
