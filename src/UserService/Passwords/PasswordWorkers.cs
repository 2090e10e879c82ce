using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;

namespace UserService.Passwords;

/// <summary>
/// Hashes passwords on threads of their own. A hash is meant to be slow; on the thread pool a few sign-ins at once would hold up every
/// other request. The queue is short, and whoever has waited too long is told to come back.
/// </summary>
internal sealed class PasswordWorkers : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<Action> _queue;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _longestWait;

    public PasswordWorkers(IOptions<PasswordHashingOptions> options, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _longestWait = options.Value.LongestWait;
        var workers = options.Value.Workers;
        _queue = new BlockingCollection<Action>(workers * options.Value.QueuePerWorker);
        for (var i = 0; i < workers; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"password-worker-{i}" }.Start();
        }
    }

    /// <exception cref="ProblemException">503: the queue is full or too slow.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queuedAt = _timeProvider.GetTimestamp();
        return _queue.TryAdd(() => Run(work, queuedAt, completion, cancellationToken), 0, CancellationToken.None)
            ? completion.Task
            : throw Busy();
    }

    public void Dispose() => _queue.CompleteAdding();

    private static ProblemException Busy() => Problems.Unavailable(
        RetryAfter, "passwords_busy", "Too many sign-ins at once", "Try again after the time given in Retry-After.");

    private void Run<T>(Func<T> work, long queuedAt, TaskCompletionSource<T> completion, CancellationToken cancellationToken)
    {
        // Whoever left while waiting is not worth a hash.
        if (cancellationToken.IsCancellationRequested)
        {
            completion.SetCanceled(cancellationToken);
            return;
        }

        if (_timeProvider.GetElapsedTime(queuedAt) > _longestWait)
        {
            completion.SetException(Busy());
            return;
        }

        try
        {
            completion.SetResult(work());
        }
#pragma warning disable CA1031 // Every failure belongs to the caller who waits, none to this thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            completion.SetException(exception);
        }
    }

    private void Work()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
