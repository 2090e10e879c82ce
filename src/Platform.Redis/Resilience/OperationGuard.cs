using Platform.Redis.Connection;
using Platform.Redis.Diagnostics;
using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>What an operation's end means to the breaker, to the metrics and to its caller.</summary>
internal sealed class OperationGuard(RedisConnection connection, RedisBreaker breaker, RedisMetrics metrics)
{
    public bool IsOpen => !breaker.IsClosed;

    public RedisMetrics Metrics => metrics;

    public void Succeeded(string operation, long start)
    {
        breaker.Succeeded();
        metrics.Completed(start, operation, "ok");
    }

    public void Cancelled(string operation, long start) => metrics.Completed(start, operation, "cancelled");

    /// <summary>What the caller gets where no answer came in time.</summary>
    /// <param name="operation">The operation's name.</param>
    /// <param name="start">When it began, as the metrics gave it.</param>
    /// <param name="since">When it began to wait, by <see cref="Environment.TickCount64"/>.</param>
    /// <param name="sent">Whether anything had been sent; where it had not, nothing can have been carried out.</param>
    public RedisUnavailableException TimedOut(string operation, long start, long since, bool sent)
    {
        var reason = sent ? RedisUnavailableReason.TimedOut : RedisUnavailableReason.ConnectionLost;
        var failure = new RedisFailure(reason, true, sent);
        metrics.Completed(start, operation, RedisFailure.Word(reason));
        breaker.Waited(reason, since);
        return new RedisUnavailableException(
            operation, reason, failure.RetryAfter, new TimeoutException("No reply came in time."), failure.OutcomeUnknown);
    }

    /// <summary>What the caller gets for a failure.</summary>
    /// <param name="operation">The operation's name.</param>
    /// <param name="start">When it began, as the metrics gave it.</param>
    /// <param name="exception">What went wrong.</param>
    /// <param name="sent">Whether anything had been sent; where it had not, nothing can have been carried out.</param>
    public Exception Failed(string operation, long start, Exception exception, bool sent)
    {
        if (RedisFailure.Of(exception) is not { } failure)
        {
            if (exception is OperationCanceledException)
            {
                Cancelled(operation, start);
                return exception;
            }

            breaker.Answered();
            metrics.Completed(start, operation, "error");
            return exception;
        }

        if (!sent)
        {
            failure = new RedisFailure(RedisUnavailableReason.ConnectionLost, true, false);
        }

        // The client does not send a write to what it knows to be a replica, and finds no connection for it.
        if (exception is RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection }
            && connection.HasReplicasAlone)
        {
            failure = new RedisFailure(RedisUnavailableReason.ReadOnly, false, false);
        }

        metrics.Completed(start, operation, RedisFailure.Word(failure.Reason));
        if (failure.CountsAgainstBreaker)
        {
            breaker.Failed(failure.Reason);
        }
        else
        {
            breaker.Answered();
        }

        return new RedisUnavailableException(operation, failure.Reason, failure.RetryAfter, exception, failure.OutcomeUnknown);
    }

    public RedisUnavailableException Refused(string operation)
    {
        metrics.Completed(metrics.Start(), operation, RedisFailure.Word(RedisUnavailableReason.BreakerOpen));
        return new RedisUnavailableException(operation, RedisUnavailableReason.BreakerOpen, TimeSpan.FromSeconds(1));
    }
}
