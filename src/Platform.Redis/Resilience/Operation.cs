using System.Runtime.CompilerServices;

namespace Platform.Redis.Resilience;

/// <summary>
/// Joins the client's task and the caller's. It serves again once the reply came; where the deadline or the caller was first it is
/// forgotten, because the reply may still come to it. Nothing but the caller's task is allocated.
/// </summary>
/// <typeparam name="T">What the operation returns.</typeparam>
internal abstract class Operation<T> : PendingOperation
{
    private readonly Action _replied;

    // The builder that async methods use: it allocates the task alone.
    private AsyncTaskMethodBuilder<T> _result;
    private OperationGuard _guard = null!;
    private string _name = "";
    private long _start;
    private long _sentAt;
    private Task? _reply;

    protected Operation() => _replied = Replied;

    protected OperationGuard Guard => _guard;

    /// <summary>Waits for a reply that was asked for.</summary>
    public Task<T> Wait(OperationGuard guard, string name, long start, Task reply, long deadline, CancellationToken cancellation)
    {
        _guard = guard;
        _name = name;
        _start = start;
        _sentAt = Environment.TickCount64;
        _result = AsyncTaskMethodBuilder<T>.Create();
        var task = _result.Task;
        Wait(deadline, cancellation);
        DeadlineSweeper.Wake();
        Await(reply);
        return task;
    }

    /// <summary>Asks again where the reply says that it has to be asked otherwise.</summary>
    protected virtual Task? Again(Exception exception) => null;

    /// <summary>Drops what the use held, and serves again.</summary>
    protected abstract void Return();

    protected sealed override void GiveUp(bool timedOut)
    {
        DeadlineSweeper.Remove(this);
        if (timedOut)
        {
            _result.SetException(_guard.TimedOut(_name, _start, _sentAt, sent: true));
        }
        else
        {
            _guard.Cancelled(_name, _start);
            _result.SetException(new OperationCanceledException(Cancellation));
        }
    }

    private void Await(Task reply)
    {
        _reply = reply;
        if (reply.IsCompleted)
        {
            Replied();
            return;
        }

        reply.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_replied);
    }

    private void Replied()
    {
        var reply = _reply!;
        if (reply.IsCompletedSuccessfully)
        {
            if (TryEnd())
            {
                Succeed(reply);
            }

            return;
        }

        // Looked at even where nobody waits any more: it must not surface as an unobserved exception.
        var exception = reply.Exception?.InnerException ?? new OperationCanceledException(Cancellation);
        if (IsWaiting && Again(exception) is { } again)
        {
            Await(again);
        }
        else if (TryEnd())
        {
            var (guard, name, start, sentAt, result) = (_guard, _name, _start, _sentAt, _result);

            // The client cancels the replies that it gives up; nobody here asked for it.
            var givenUp = reply.IsCanceled && !Cancellation.IsCancellationRequested;
            Free();
            result.SetException(givenUp ? guard.TimedOut(name, start, sentAt, sent: true) : guard.Failed(name, start, exception, sent: true));
        }
    }

    private void Succeed(Task reply)
    {
        var (guard, name, start, result) = (_guard, _name, _start, _result);
        Free();
        guard.Succeeded(name, start);
        result.SetResult(reply is Task<T> typed ? typed.Result : default!);
    }

    // Before the caller goes on, so that its next operation may take this one.
    private void Free()
    {
        _reply = null;
        _result = default;
        Return();
    }
}
