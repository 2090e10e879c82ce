using System.Runtime.CompilerServices;

namespace Platform.Redis.Resilience;

/// <summary>
/// Joins the client's task and whoever waits for the operation. It serves again once the reply came; where the deadline or the caller was
/// first it is forgotten, because the reply may still come to it.
/// </summary>
internal abstract class Operation : PendingOperation
{
    private readonly Action _replied;

    private OperationGuard _guard = null!;
    private string _name = "";
    private long _start;
    private long _sentAt;
    private Task? _reply;

    protected Operation() => _replied = Replied;

    protected OperationGuard Guard => _guard;

    /// <summary>Begins to wait for a reply that was asked for. It may end before this returns.</summary>
    protected void Begin(OperationGuard guard, string name, long start, Task reply, TimeSpan timeout, CancellationToken cancellation)
    {
        _guard = guard;
        _name = name;
        _start = start;
        _sentAt = Environment.TickCount64;
        Wait(_sentAt + (long)timeout.TotalMilliseconds, cancellation);
        DeadlineSweeper.Wake();
        Await(reply);
    }

    /// <summary>Asks again where the reply says that it has to be asked otherwise.</summary>
    protected virtual Task? Again(Exception exception) => null;

    /// <summary>
    /// Drops what the use held, serves again, and then tells the result: in this order, so that the caller's next operation may take this one.
    /// </summary>
    protected abstract void Succeed(Task reply);

    /// <summary>Tells the failure.</summary>
    /// <param name="exception">The failure, as the caller sees it.</param>
    /// <param name="again">Whether it serves again, before it tells.</param>
    protected abstract void Fail(Exception exception, bool again);

    protected sealed override void GiveUp(bool timedOut)
    {
        DeadlineSweeper.Remove(this);
        if (timedOut)
        {
            Fail(_guard.TimedOut(_name, _start, _sentAt, sent: true), again: false);
        }
        else
        {
            _guard.Cancelled(_name, _start);
            Fail(new OperationCanceledException(Cancellation), again: false);
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
                _reply = null;
                _guard.Succeeded(_name, _start);
                Succeed(reply);
            }

            return;
        }

        // Looked at even where nobody waits any more: it must not surface as an unobserved exception.
        var exception = reply.Exception?.InnerException ?? new OperationCanceledException(Cancellation);
        if (IsWaiting && AskAgain(exception) is { } again)
        {
            Await(again);
        }
        else if (TryEnd())
        {
            // The client cancels the replies that it gives up; nobody here asked for it.
            var givenUp = reply.IsCanceled && !Cancellation.IsCancellationRequested;
            _reply = null;
            Fail(
                givenUp ? _guard.TimedOut(_name, _start, _sentAt, sent: true) : _guard.Failed(_name, _start, exception, sent: true),
                again: true);
        }
    }
    private Task? AskAgain(Exception exception)
    {
        try
        {
            return Again(exception);
        }
        catch (Exception unsent)
        {
            // The client throws where its connection was closed meanwhile. Here nobody else would catch it: it would end the process.
            return Task.FromException(unsent);
        }
    }
}

/// <summary>An operation whose caller waits for a task: nothing but that is allocated.</summary>
/// <typeparam name="T">What the operation returns.</typeparam>
internal abstract class Operation<T> : Operation
{
    // The builder that async methods use: it allocates the task alone.
    private AsyncTaskMethodBuilder<T> _result;

    /// <summary>Waits for a reply that was asked for.</summary>
    public Task<T> WaitAsync(OperationGuard guard, string name, long start, Task reply, TimeSpan timeout, CancellationToken cancellation)
    {
        _result = AsyncTaskMethodBuilder<T>.Create();
        var task = _result.Task;
        Begin(guard, name, start, reply, timeout, cancellation);
        return task;
    }

    /// <summary>Drops what the use held, and serves again.</summary>
    protected abstract void Return();

    protected sealed override void Succeed(Task reply)
    {
        var result = Free();
        result.SetResult(reply is Task<T> typed ? typed.Result : default!);
    }

    protected sealed override void Fail(Exception exception, bool again)
    {
        var result = again ? Free() : _result;
        result.SetException(exception);
    }

    private AsyncTaskMethodBuilder<T> Free()
    {
        var result = _result;
        _result = default;
        Return();
        return result;
    }
}
