namespace Platform.Tasks.Handlers;

/// <summary>
/// Runs tasks of one type. A task is delivered at least once: an attempt may follow one that died anywhere, so a handler goes on from
/// what <see cref="TaskContext"/> kept, or does what can be done twice.
/// </summary>
/// <remarks>
/// Throw <see cref="TaskFailedException"/> when another attempt is of no use, <see cref="TaskRetryException"/> to be tried again at a
/// time of your choice; anything else is tried again with back-off.
/// </remarks>
public interface ITaskHandler<in TPayload>
{
    /// <summary>Carries out one attempt.</summary>
    /// <param name="payload">What the task was enqueued with; where it is a <see cref="Stream"/>, its JSON, to be read with <c>ReadAsync</c> as it comes.</param>
    /// <param name="context">The attempt: its number, its fence, how it reports.</param>
    /// <param name="cancellationToken">The task was cancelled, another attempt has taken over, or the process stops: end soon.</param>
    Task<TaskOutcome> RunAsync(TPayload payload, TaskContext context, CancellationToken cancellationToken);
}
