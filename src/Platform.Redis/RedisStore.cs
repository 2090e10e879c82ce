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
/// The one way to Redis. Every operation is bounded by <see cref="RedisOptions.OperationTimeout"/>, guarded by the breaker, metered and
/// traced. Where Redis is away or refuses, it throws <see cref="RedisUnavailableException"/>.
/// </summary>
public sealed class RedisStore : IAsyncDisposable
{
    private readonly RedisConnection _connection;
    private readonly RedisBreaker _breaker;
    private readonly RedisMetrics _metrics;
    private readonly TimeSpan _timeout;

    internal RedisStore(
        RedisConnection connection, IOptions<RedisOptions> options, TimeProvider time, RedisMetrics metrics, ILogger<RedisBreaker> logger)
    {
        _connection = connection;
        _metrics = metrics;
        _timeout = options.Value.OperationTimeout;
        _breaker = new RedisBreaker(ProbeAsync, options, time, metrics, logger);
        _connection.Restored += _breaker.Hint;
    }

    /// <summary>What becomes of the next operation.</summary>
    public RedisBreakerState State => _breaker.State;

    /// <summary>When <see cref="State"/> last went from or to closed.</summary>
    public DateTimeOffset StateSince => _breaker.Since;

    /// <summary>Runs commands that return something.</summary>
    /// <param name="operation">A name from a small closed set, such as <c>session.create</c>: it labels metrics and traces.</param>
    /// <param name="command">Sends the commands. Independent ones are sent together and awaited together: that is one round trip.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<T> ExecuteAsync<T>(string operation, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken) =>
        ExecuteAsync(operation, command, static (database, command) => command(database), cancellationToken);

    /// <summary>Runs commands whose replies do not matter.</summary>
    /// <param name="operation">A name from a small closed set, such as <c>session.touch</c>: it labels metrics and traces.</param>
    /// <param name="command">Sends the commands.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task ExecuteAsync(string operation, Func<IDatabase, Task> command, CancellationToken cancellationToken) =>
        ExecuteAsync(operation, command, static (database, command) => Completed(command(database)), cancellationToken);

    /// <summary>Runs commands without a closure: <paramref name="state"/> is handed to a static <paramref name="command"/>.</summary>
    /// <param name="operation">A name from a small closed set: it labels metrics and traces.</param>
    /// <param name="state">What the command needs.</param>
    /// <param name="command">Sends the commands.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<T> ExecuteAsync<TState, T>(
        string operation, TState state, Func<IDatabase, TState, Task<T>> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_breaker.IsClosed)
        {
            throw Refuse(operation);
        }

        using var activity = StartActivity(operation);
        var start = _metrics.Start();
        var result = "ok";
        Task<T>? reply = null;
        try
        {
            var left = _timeout;
            var opening = _connection.OpenAsync();
            if (!opening.IsCompletedSuccessfully)
            {
                var waiting = Stopwatch.GetTimestamp();
                await opening.WaitAsync(left, cancellationToken).ConfigureAwait(false);
                left -= Stopwatch.GetElapsedTime(waiting);
            }

            reply = command(opening.Result.GetDatabase(), state);
            var value = await reply.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            _breaker.Succeeded();
            return value;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = "cancelled";
            reply?.Abandon();
            throw;
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } found)
        {
            // Nothing was sent while the connection was not open yet.
            var failure = reply is null ? new RedisFailure(RedisUnavailableReason.ConnectionLost, true, false) : found;
            result = Result(failure.Reason);
            reply?.Abandon();
            activity?.SetStatus(ActivityStatusCode.Error, result);
            if (failure.CountsAgainstBreaker)
            {
                _breaker.Failed(failure.Reason);
            }

            throw new RedisUnavailableException(
                operation, failure.Reason, failure.RetryAfter, exception, failure.OutcomeUnknown);
        }
        catch (Exception exception)
        {
            result = "error";
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
        finally
        {
            _metrics.Completed(start, operation, result);
        }
    }

    /// <summary>Runs a script: by its hash, and by its text where the server does not know it (yet, or any more).</summary>
    /// <param name="script">The script; its name labels metrics and traces.</param>
    /// <param name="keys">Every key that it touches, all with one hash tag.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(arguments);
        script.Check(keys.Length, arguments.Length);
        return ExecuteAsync(
            script.Name, (Script: script, Keys: keys, Arguments: arguments, Metrics: _metrics),
            static (database, call) => EvaluateAsync(database, call.Script, call.Keys, call.Arguments, call.Metrics), cancellationToken);
    }

    /// <summary>Stops probing.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.Restored -= _breaker.Hint;
        return _breaker.DisposeAsync();
    }

    private static async Task<RedisResult> EvaluateAsync(
        IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] arguments, RedisMetrics metrics)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Hash, keys, arguments).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            metrics.ScriptReloaded(script.Name);
            object[] command = [script.Text, keys.Length, .. keys, .. arguments];
            return await database.ExecuteAsync("EVAL", command).ConfigureAwait(false);
        }
    }

    private static async Task<bool> Completed(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    private static Activity? StartActivity(string operation)
    {
        var activity = PlatformRedisDiagnostics.ActivitySource.StartActivity(operation, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system", "redis").SetTag("db.operation.name", operation);
        }

        return activity;
    }

    private RedisUnavailableException Refuse(string operation)
    {
        _metrics.Completed(_metrics.Start(), operation, Result(RedisUnavailableReason.BreakerOpen));
        return new RedisUnavailableException(operation, RedisUnavailableReason.BreakerOpen, TimeSpan.FromSeconds(1));
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var connection = await _connection.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await connection.GetDatabase().PingAsync().ConfigureAwait(false);
    }

    private static string Result(RedisUnavailableReason reason) => reason switch
    {
        RedisUnavailableReason.BreakerOpen => "breaker_open",
        RedisUnavailableReason.ConnectionLost => "connection_lost",
        RedisUnavailableReason.TimedOut => "timed_out",
        RedisUnavailableReason.Loading => "loading",
        RedisUnavailableReason.Busy => "busy",
        RedisUnavailableReason.AuthenticationFailed => "authentication_failed",
        RedisUnavailableReason.NotPermitted => "not_permitted",
        RedisUnavailableReason.OutOfMemory => "out_of_memory",
        RedisUnavailableReason.PersistenceFailing => "persistence_failing",
        RedisUnavailableReason.ReadOnly => "read_only",
        _ => "cluster_down",
    };
}
