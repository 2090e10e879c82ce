using Platform.Tasks.Unique;

namespace Platform.Tasks.Handlers;

/// <summary>What holds for tasks of one type; where nothing is said, what <c>Tasks</c> in the configuration says holds.</summary>
public sealed record TaskTypeOptions
{
    /// <summary>How often a task is begun before it is given up.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The wait before the second attempt; it doubles with each further one, spread by chance.</summary>
    public TimeSpan? RetryBaseDelay { get; init; }

    /// <summary>The longest wait before another attempt.</summary>
    public TimeSpan? RetryMaxDelay { get; init; }

    /// <summary>How many tasks with the same <c>ConcurrencyKey</c> run at once. With 1 they run in the order in which they were enqueued.</summary>
    /// <value>1.</value>
    public int ConcurrencyPerKey { get; init; } = 1;

    /// <summary>
    /// How often tasks of this type may be begun, over all workers together: one of <c>RateLimiting:Policies</c>. One that has to wait uses up no
    /// attempt.
    /// </summary>
    public string? RateLimit { get; init; }

    /// <summary>
    /// That a task of this type is not taken beside another that is the same, whatever is asked for where it is submitted. Does not hold for what
    /// schedules enqueue, and many at once.
    /// </summary>
    public TaskUniqueness? Unique { get; init; }

    /// <summary>Whether the type is the service's own: people cannot submit it, unless they administrate.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Whether only code enqueues it: nobody can submit or schedule it, administrators neither.</summary>
    public bool IsInternal { get; init; }

    /// <summary>
    /// Whether people may cancel a task of this type that nobody owns. Where others' work hangs on it, only the engine does.
    /// </summary>
    /// <value>true.</value>
    public bool IsCancellable { get; init; } = true;

    /// <summary>Whether its owner is not told that it has succeeded, because what it did is seen by itself. Of a failure they are told.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>
    /// How long a task that succeeded and that nobody owns is remembered; zero forgets it at once.
    /// </summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>
    /// Whether a plain task has no record while it waits and is forgotten at once when it has succeeded, which makes it several times cheaper. It
    /// is delivered at least once as all others, retried and kept among the dead letters. But it can be looked up and cancelled only once it has
    /// run for a moment, or failed, and nothing can depend on it. Say the same wherever the type is enqueued and run.
    /// </summary>
    public bool IsFireAndForget { get; init; }

    /// <summary>How long it is remembered when it succeeded; null where the configuration says.</summary>
    internal TimeSpan? KeptFor => IsFireAndForget ? TimeSpan.Zero : Retention;
}
