using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>
/// A pipe reader that receives when it is asked for more, straight into what it hands out. There is no pump and no second
/// buffer, hence no hop: the reader continues on the thread that completed the receive, which never is one that other
/// sockets wait for. A reader that blocks delays nobody but itself, because each read starts its own receive.
/// </summary>
internal sealed partial class ReceiveReader : PipeReader
{
    private readonly Lock _gate = new();
    private readonly Transport _transport;
    private readonly ReceiveBuffer _buffer;
    private readonly Action _onReceived;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receive;
    private bool _receiving;
    private bool _cancelNext;
    private bool _ended;
    private bool _completed;
    private Exception? _error;

    public ReceiveReader(Transport transport, PipeOptions options)
    {
        _transport = transport;
        _buffer = new ReceiveBuffer(options);
        _onReceived = OnReceived;
    }

    /// <summary>How many bytes were received and not yet consumed.</summary>
    public long UnconsumedBytes
    {
        get
        {
            lock (_gate)
            {
                return _buffer.Length;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
        {
            return TryTake(out result);
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        while (true)
        {
            Memory<byte> free;
            lock (_gate)
            {
                if (TryTake(out var result))
                {
                    return new ValueTask<ReadResult>(result);
                }

                if (_waiting)
                {
                    throw new InvalidOperationException("A read is already waiting.");
                }

                // The receive of an earlier, cancelled read serves this one.
                if (_receiving)
                {
                    StartWait(cancellationToken);
                    return new ValueTask<ReadResult>(this, _read.Version);
                }

                _receiving = true;
                free = _buffer.GetFree();
            }

            if (TryReceiveNow(free))
            {
                continue;
            }

            lock (_gate)
            {
                StartWait(cancellationToken);
            }

            // After the wait has started, because it may call back at once.
            _receive.UnsafeOnCompleted(_onReceived);
            return new ValueTask<ReadResult>(this, _read.Version);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            ThrowIfCompleted();
            _buffer.Advance(consumed, examined, _receiving);
        }
    }

    public override void CancelPendingRead()
    {
        ReadResult result;
        lock (_gate)
        {
            if (!_waiting)
            {
                _cancelNext = true;
                return;
            }

            _waiting = false;
            result = new ReadResult(_buffer.Sequence, isCanceled: true, isCompleted: false);
        }

        EndRead(result, error: null);
    }

    public override void Complete(Exception? exception = null)
    {
        bool wasWaiting;
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            wasWaiting = _waiting;
            _waiting = false;
            if (!_receiving)
            {
                _buffer.Release();
            }
        }

        _transport.ReaderCompleted();
        if (wasWaiting)
        {
            EndRead(default, new InvalidOperationException("The reader was completed during the read."));
        }
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }
    }

    private bool TryTake(out ReadResult result)
    {
        ThrowIfCompleted();
        if (!_cancelNext && !_buffer.HasUnexamined && !_ended)
        {
            result = default;
            return false;
        }

        // What came before an error is handed out first: those replies are good.
        if (_ended && _error is not null && !_cancelNext && !_buffer.HasUnexamined)
        {
            ExceptionDispatchInfo.Throw(_error);
        }

        result = new ReadResult(_buffer.Sequence, _cancelNext, _ended && _error is null);
        _cancelNext = false;
        return true;
    }

    /// <summary>Receives; true when that is done, false when the awaiter in <see cref="_receive"/> will tell.</summary>
    private bool TryReceiveNow(Memory<byte> free)
    {
        var bytes = 0;
        Exception? error = null;
        try
        {
#pragma warning disable CA2012 // Consumed once: below, or in OnReceived.
            _receive = _transport.ReceiveAsync(free).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (!_receive.IsCompleted)
            {
                return false;
            }

            bytes = _receive.GetResult();
        }
        catch (Exception exception)
        {
            error = exception;
        }

        lock (_gate)
        {
            EndReceive(bytes, error);
        }

        return true;
    }

    private void OnReceived()
    {
        var bytes = 0;
        Exception? error = null;
        try
        {
            bytes = _receive.GetResult();
        }
        catch (Exception exception)
        {
            error = exception;
        }

        ReadResult result;
        lock (_gate)
        {
            EndReceive(bytes, error);
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
            error = _error;
            result = new ReadResult(_buffer.Sequence, isCanceled: false, isCompleted: _ended);
        }

        EndRead(result, error);
    }

    private void EndReceive(int bytes, Exception? error)
    {
        _receiving = false;
        if (bytes > 0)
        {
            _transport.CountReceived(bytes);
            _buffer.Fill(bytes);
        }
        else
        {
            _ended = true;
            _error = _transport.ReceiveEnded(error);
        }

        if (_completed)
        {
            _buffer.Release();
        }
    }
}
