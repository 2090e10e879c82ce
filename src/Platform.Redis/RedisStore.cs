using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Connection;
using Platform.Redis.Diagnostics;
using Platform.Redis.Resilience;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis;

/// <summary>
/// The one way to Redis. Every operation is bounded by <see cref="RedisOptions.OperationTimeout"/> (50 ms may come on top, and as long
/// passes until a cancellation is heard), guarded by the breaker, metered and traced. Where Redis is away or refuses, it throws
/// <see cref="RedisUnavailableException"/>.
/// </summary>
public sealed class RedisStore : IAsyncDisposable
{
    private readonly RedisConnection _connection;
    private readonly RedisAsker _asker;
    private readonly RedisBreaker _breaker;
    private readonly OperationGuard _guard;
    private readonly TimeSpan _timeout;

    internal RedisStore(
        RedisConnection connection, RedisAsker asker, IOptions<RedisOptions> options, TimeProvider time, RedisMetrics metrics, ILogger<RedisBreaker> logger)
    {
        _connection = connection;
        _asker = asker;
        _timeout = options.Value.OperationTimeout;
        _breaker = new RedisBreaker(asker, options, time, metrics, logger);
        _guard = new OperationGuard(connection, _breaker, metrics);
        _connection.Restored += _breaker.Hint;
    }

    /// <summary>What becomes of the next operation.</summary>
    public RedisBreakerState State => _breaker.State;

    /// <summary>When <see cref="State"/> last went from or to closed.</summary>
    public DateTimeOffset StateSince => _breaker.Since;

    /// <summary>
    /// Redis went (the breaker opened) or came back. Raised at that moment, once each, on the thread that found out: handlers are quick and
    /// do not throw. <see cref="State"/> has changed before.
    /// </summary>
    public event Action<RedisStateChange>? StateChanged
    {
        add => _breaker.Changed += value;
        remove => _breaker.Changed -= value;
    }

    /// <summary>Runs commands that return something.</summary>
    /// <param name="operation">A name from a small closed set, such as <c>session.create</c>: it labels metrics and traces.</param>
    /// <param name="command">Sends the commands. Independent ones are sent together and awaited together: that is one round trip.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<T> ExecuteAsync<T>(string operation, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return RunAsync<CommandCall<Func<IDatabase, Task<T>>, T>, T>(
            operation, new(command, static (database, command) => command(database)), cancellationToken);
    }

    /// <summary>Runs commands whose replies do not matter.</summary>
    /// <param name="operation">A name from a small closed set, such as <c>session.touch</c>: it labels metrics and traces.</param>
    /// <param name="command">Sends the commands.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task ExecuteAsync(string operation, Func<IDatabase, Task> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return RunAsync<CommandCall<Func<IDatabase, Task>, Nothing>, Nothing>(
            operation, new(command, static (database, command) => command(database)), cancellationToken);
    }

    /// <summary>Runs commands without a closure: <paramref name="state"/> is handed to a static <paramref name="command"/>.</summary>
    /// <param name="operation">A name from a small closed set: it labels metrics and traces.</param>
    /// <param name="state">What the command needs.</param>
    /// <param name="command">Sends the commands.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<T> ExecuteAsync<TState, T>(
        string operation, TState state, Func<IDatabase, TState, Task<T>> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return RunAsync<CommandCall<TState, T>, T>(operation, new(state, command), cancellationToken);
    }

    /// <summary>Runs a script: by its hash, and by its text where the server does not know it (yet, or any more).</summary>
    /// <param name="script">The script; its name labels metrics and traces.</param>
    /// <param name="keys">Every key that it touches, all with one hash tag. Not to be changed until the operation has ended.</param>
    /// <param name="arguments">Its arguments. Not to be changed until the operation has ended.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(arguments);
        script.Check(keys, arguments.Length);
        if (keys.Length > 0 && _asker.IsAway(keys[0]))
        {
            return Task.FromException<RedisResult>(_guard.Refused(script.Name));
        }

        return RunAsync<ScriptCall, RedisResult>(script.Name, new(script, keys, arguments), cancellationToken);
    }

    /// <summary>Reads a string whose value goes to a receiver at once. False where it has to take the way of all others: nothing was sent.</summary>
    internal bool TryRead(string operation, RedisKey key, IReadReceiver receiver, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || _guard.IsOpen || IsTraced || _connection.Database is not { } database)
        {
            return false;
        }

        var start = _guard.Metrics.Start();
        Task<RedisValue> reply;
        try
        {
            reply = database.StringGetAsync(key);
        }
        catch (Exception exception)
        {
            receiver.Failed(_guard.Failed(operation, start, exception, sent: false));
            return true;
        }

        ReadOperation.Begin(receiver, _guard, operation, start, reply, _timeout, cancellationToken);
        return true;
    }

    /// <summary>Stops probing.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.Restored -= _breaker.Hint;
        return _breaker.DisposeAsync();
    }

    private Task<T> RunAsync<TCall, T>(string operation, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IRedisCall<T>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        if (_guard.IsOpen)
        {
            return Task.FromException<T>(_guard.Refused(operation));
        }

        return _connection.Database is { } database && !IsTraced
            ? Send<TCall, T>(database, operation, call, _guard.Metrics.Start(), _timeout, cancellationToken)
            : RunTracedAsync<TCall, T>(operation, call, cancellationToken);
    }

    private Task<T> Send<TCall, T>(
        IDatabase database, string operation, TCall call, long start, TimeSpan left, CancellationToken cancellationToken)
        where TCall : struct, IRedisCall<T>
    {
        Task reply;
        try
        {
            reply = call.Send(database);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(_guard.Failed(operation, start, exception, sent: false));
        }

        return call.Rent(database).WaitAsync(_guard, operation, start, reply, left, cancellationToken);
    }

    // Also where the connection is still being opened.
    private async Task<T> RunTracedAsync<TCall, T>(string operation, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IRedisCall<T>
    {
        using var activity = StartActivity(operation);
        var start = _guard.Metrics.Start();
        try
        {
            var left = _timeout;
            if (_connection.Database is not { } database)
            {
                var waiting = Stopwatch.GetTimestamp();
                database = await OpenAsync(operation, start, cancellationToken).ConfigureAwait(false);
                left -= Stopwatch.GetElapsedTime(waiting);
            }

            return await Send<TCall, T>(database, operation, call, start, left, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (activity is not null && exception is not OperationCanceledException)
        {
            activity.SetStatus(
                ActivityStatusCode.Error,
                exception is RedisUnavailableException unavailable ? RedisFailure.Word(unavailable.Reason) : exception.GetType().Name);
            throw;
        }
    }

    private async Task<IDatabase> OpenAsync(string operation, long start, CancellationToken cancellationToken)
    {
        var since = Environment.TickCount64;
        try
        {
            var connection = await _connection.OpenAsync().WaitAsync(_timeout, cancellationToken).ConfigureAwait(false);
            return connection.GetDatabase();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _guard.Cancelled(operation, start);
            throw;
        }
        catch (TimeoutException)
        {
            throw _guard.TimedOut(operation, start, since, sent: false);
        }
        catch (Exception exception)
        {
            // Nothing was sent.
            throw _guard.Failed(operation, start, exception, sent: false);
        }
    }

    // An operation outside of any trace, such as a worker's look for work, is not a trace of its own.
    private static bool IsTraced => PlatformRedisDiagnostics.ActivitySource.HasListeners() && Activity.Current is not null;

    private static Activity? StartActivity(string operation)
    {
        var activity = IsTraced ? PlatformRedisDiagnostics.ActivitySource.StartActivity(operation, ActivityKind.Client) : null;
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system", "redis").SetTag("db.operation.name", operation);
        }

        return activity;
    }

    private readonly struct Nothing;
}
