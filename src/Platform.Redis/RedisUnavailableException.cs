namespace Platform.Redis;

/// <summary>
/// Redis did not do what it was asked, and may do it later. Answered with 503 and <c>Retry-After</c> where nobody catches it.
/// Its message holds no key, argument or credential.
/// </summary>
public sealed class RedisUnavailableException : Exception
{
    /// <summary>Says why, and when to try again.</summary>
    /// <param name="operation">The name of the operation that was refused.</param>
    /// <param name="reason">Why.</param>
    /// <param name="retryAfter">When it is worth trying again.</param>
    /// <param name="innerException">What the client reported, if it was asked.</param>
    /// <param name="outcomeUnknown">Whether the operation may have been carried out all the same.</param>
    public RedisUnavailableException(
        string operation,
        RedisUnavailableReason reason,
        TimeSpan retryAfter,
        Exception? innerException = null,
        bool outcomeUnknown = false)
        : base($"Redis is unavailable for {operation}: {Describe(reason)}", innerException)
    {
        Operation = operation;
        Reason = reason;
        RetryAfter = retryAfter;
        OutcomeUnknown = outcomeUnknown;
    }

    /// <summary>The name of the operation that was refused.</summary>
    public string Operation { get; }

    /// <summary>Why.</summary>
    public RedisUnavailableReason Reason { get; }

    /// <summary>When it is worth trying again.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>
    /// Whether the operation may have been carried out all the same: it was sent, and the reply did not come. What must not happen
    /// twice is repeated only under the same identity.
    /// </summary>
    public bool OutcomeUnknown { get; }

    private static string Describe(RedisUnavailableReason reason) => reason switch
    {
        RedisUnavailableReason.BreakerOpen => "the breaker is open.",
        RedisUnavailableReason.ConnectionLost => "there is no connection.",
        RedisUnavailableReason.TimedOut => "it did not reply in time.",
        RedisUnavailableReason.Loading => "it is loading its data.",
        RedisUnavailableReason.Busy => "it is busy with a script.",
        RedisUnavailableReason.AuthenticationFailed => "it refuses the credentials.",
        RedisUnavailableReason.NotPermitted => "its user may not do this.",
        RedisUnavailableReason.OutOfMemory => "its memory limit is reached.",
        RedisUnavailableReason.PersistenceFailing => "it cannot write its data to disk.",
        RedisUnavailableReason.ReadOnly => "it takes no writes.",
        _ => "the cluster does not serve this key now.",
    };
}
