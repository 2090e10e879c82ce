namespace Polly.RateLimiting;

/// <summary>The rate limiter rejected the execution.</summary>
public sealed class RateLimiterRejectedException : ExecutionRejectedException
{
    private const string DefaultMessage = "The operation could not be executed because it was rejected by the rate limiter.";

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException()
        : base(DefaultMessage)
    {
    }

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException(TimeSpan retryAfter)
        : base($"The operation could not be executed because it was rejected by the rate limiter. It can be retried after '{retryAfter}'.")
        => RetryAfter = retryAfter;

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException(string message, TimeSpan retryAfter)
        : base(message)
        => RetryAfter = retryAfter;

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates the exception.</summary>
    public RateLimiterRejectedException(string message, TimeSpan retryAfter, Exception inner)
        : base(message, inner)
        => RetryAfter = retryAfter;

    /// <summary>Gets when the execution may be tried again, where the limiter says so.</summary>
    public TimeSpan? RetryAfter { get; }
}
