using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>A pipe writer whose bytes are sent by a loop that takes all there is at a time.</summary>
internal sealed class SendWriter : PipeWriter
{
    private readonly Transport _transport;
    private readonly SendScheduler _scheduler;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private long _written;

    public SendWriter(Transport transport, PipeOptions options, bool alwaysInline)
    {
        _transport = transport;
        _scheduler = new SendScheduler(transport, options.ReaderScheduler, alwaysInline);
        var pipe = new Pipe(new PipeOptions(
            options.Pool,
            _scheduler,
            options.WriterScheduler,
            options.PauseWriterThreshold,
            options.ResumeWriterThreshold,
            options.MinimumSegmentSize,
            useSynchronizationContext: false));
        _reader = pipe.Reader;
        _writer = pipe.Writer;

        // Not from here: the loop would carry the ambient context of whoever connected for the life of the connection.
        ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.SendAllAsync(), this, preferLocal: false);
    }

    /// <summary>How many bytes were written and not yet sent.</summary>
    public long UnsentBytes => Math.Max(0, Volatile.Read(ref _written) - _transport.BytesSent);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _writer.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _writer.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _writer.Advance(bytes);
        Volatile.Write(ref _written, _written + bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _scheduler.HelpIfLate();
        return _writer.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => _writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _writer.Complete(exception);

    private async Task SendAllAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var result = await _reader.ReadAsync().ConfigureAwait(false);
                var buffer = result.Buffer;
                if (buffer.IsEmpty && result.IsCompleted)
                {
                    break;
                }

                if (!buffer.IsEmpty)
                {
                    var sent = await _transport.SendAsync(buffer).ConfigureAwait(false);
                    _transport.CountSent(sent);
                    _reader.AdvanceTo(buffer.GetPosition(sent));
                }
                else
                {
                    _reader.AdvanceTo(buffer.End);
                }
            }
        }
        catch (Exception exception)
        {
            error = exception;
        }

        // The writer learns of it at its next flush.
        await _reader.CompleteAsync(_transport.SendEnded(error)).ConfigureAwait(false);
    }
}
