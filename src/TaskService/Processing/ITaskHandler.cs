namespace TaskService.Processing;

/// <summary>
/// Runs tasks of one type. A task is delivered at least once: an attempt may follow one that died anywhere, so a handler goes on from
/// what <see cref="TaskContext"/> kept, or does what can be done twice.
/// </summary>
/// <remarks>
/// Throw <see cref="TaskFailedException"/> when another attempt is of no use, <see cref="TaskRetryException"/> to be tried again at a
/// time of your choice; anything else is tried again with back-off.
/// </remarks>
internal interface ITaskHandler<in TPayload>
{
    Task<TaskOutcome> RunAsync(TPayload payload, TaskContext context, CancellationToken cancellationToken);
}
