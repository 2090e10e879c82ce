using Platform.Tasks.Payloads;

namespace Platform.Tasks.Handlers;

/// <summary>The task has failed and another attempt is of no use. The message reaches the owner: no personal data, nothing secret.</summary>
public sealed class TaskFailedException(string code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>A stable word, as in <c>no_records</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>The attempt has failed; another may succeed. The message reaches the owner: no personal data, nothing secret.</summary>
public sealed class TaskRetryException(string code, string message, TimeSpan? retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>A stable word, as in <c>no_records</c>.</summary>
    public string Code { get; } = code;

    /// <summary>When to try again; by the back-off of the engine when null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Another attempt holds the task: a write of this one was refused.</summary>
public sealed class DeliveryLostException() : Exception("Another attempt holds the task.");

/// <summary>What lies in a task is not what its type takes.</summary>
internal sealed class UndecodablePayloadException(Exception? innerException = null)
    : Exception(innerException is OtherKeyException ? innerException.Message : "The payload is not what this type of task takes.", innerException);
