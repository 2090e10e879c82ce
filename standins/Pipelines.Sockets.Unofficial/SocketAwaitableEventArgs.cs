using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Socket event arguments that can be awaited: the result is the byte count, or the socket's exception is thrown.
/// One operation at a time; call <see cref="Complete"/> when the socket method returned <c>false</c>.
/// </summary>
public class SocketAwaitableEventArgs : SocketAsyncEventArgs, ICriticalNotifyCompletion
{
    private static readonly Action Done = static () => { };
    private static readonly Action<object?> InvokeAction = static state => ((Action)state!)();

    private readonly PipeScheduler? _ioScheduler;
    private Action? _continuation;
    private volatile SocketError _abortedWith;

    /// <summary>Creates the arguments; without a scheduler the continuation runs where the socket completes.</summary>
    public SocketAwaitableEventArgs(PipeScheduler? ioScheduler = null)
        : base(true)
        => _ioScheduler = ReferenceEquals(ioScheduler, PipeScheduler.Inline) ? null : ioScheduler;

    /// <summary>Whether the operation is over.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), Done);

    /// <summary>This instance is its own awaiter.</summary>
    public SocketAwaitableEventArgs GetAwaiter() => this;

    /// <summary>The number of bytes moved; throws what the socket reported.</summary>
    public int GetResult()
    {
        Volatile.Write(ref _continuation, null);
        var error = _abortedWith != SocketError.Success ? _abortedWith : SocketError;
        return error == SocketError.Success ? BytesTransferred : throw new SocketException((int)error);
    }

    /// <summary>Registers what runs next.</summary>
    public void OnCompleted(Action continuation)
    {
        if (IsCompleted || ReferenceEquals(Interlocked.CompareExchange(ref _continuation, continuation, null), Done))
        {
            // Completed between the check and the registration: resume elsewhere, or a tight loop would deepen the stack.
            (_ioScheduler ?? PipeScheduler.ThreadPool).Schedule(InvokeAction, continuation);
        }
    }

    /// <summary>Registers what runs next.</summary>
    public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);

    /// <summary>Marks the operation as over: for socket methods that returned <c>false</c>.</summary>
    public void Complete() => Resume();

    /// <summary>Ends the operation, and all later ones, with an error.</summary>
    public void Abort(SocketError error = SocketError.OperationAborted)
    {
        if (error == SocketError.Success)
        {
            throw new ArgumentException("An abort needs an error.", nameof(error));
        }

        _abortedWith = error;
        Resume();
    }

    /// <summary>Called by the socket.</summary>
    protected override void OnCompleted(SocketAsyncEventArgs e) => Resume();

    private void Resume()
    {
        var continuation = Interlocked.Exchange(ref _continuation, Done);
        if (continuation is null || ReferenceEquals(continuation, Done))
        {
            return;
        }

        if (_ioScheduler is null)
        {
            continuation();
        }
        else
        {
            _ioScheduler.Schedule(InvokeAction, continuation);
        }
    }
}
