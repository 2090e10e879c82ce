using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <content>The read that waits: one at a time, hence one reusable source of its result.</content>
internal sealed partial class ReceiveReader : IValueTaskSource<ReadResult>
{
    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancellationToken;
    private bool _waiting;

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _read.OnCompleted(continuation, state, token, flags);

    private void StartWait(CancellationToken cancellationToken)
    {
        _read.Reset();
        _waiting = true;
        _cancellationToken = cancellationToken;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static reader => ((ReceiveReader)reader!).OnCanceled(), this);
        }
    }

    private void OnCanceled()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        EndRead(default, new OperationCanceledException(_cancellationToken));
    }

    private void EndRead(ReadResult result, Exception? error)
    {
        _cancellation.Unregister();
        _cancellation = default;
        if (error is null)
        {
            _read.SetResult(result);
        }
        else
        {
            _read.SetException(error);
        }
    }
}
