using Platform.Tasks.Handlers;
using Platform.Tasks.Items;

namespace Platform.Tasks.Processing;

/// <summary>How an attempt ended.</summary>
/// <param name="Status">The task's from now on; queued when there will be another attempt, null when another holds the task already.</param>
/// <param name="Delay">Until the next attempt.</param>
/// <param name="Counts">Whether it is one of the attempts that a task has.</param>
internal readonly record struct AttemptEnd(
    TaskState? Status, TaskOutcome Outcome = default, TaskError? Error = null, TimeSpan Delay = default, bool Counts = true)
{
    public static readonly AttemptEnd Lost = new(Status: null);

    /// <summary>Cut short by the end of this process.</summary>
    public static readonly AttemptEnd HandedBack = new(TaskState.Queued, Counts: false);

    public static readonly AttemptEnd Cancelled = new(TaskState.Cancelled);

    /// <summary>Not begun yet: it has to wait for a permit.</summary>
    public static AttemptEnd HeldBack(TimeSpan delay) => new(TaskState.Queued, Delay: delay, Counts: false);

    public static AttemptEnd Succeeded(TaskOutcome outcome) => new(TaskState.Succeeded, outcome);

    public static AttemptEnd Failed(string code, string message) => new(TaskState.Failed, Error: new TaskError(code, message));

    public static AttemptEnd Dead(string code, string message) => new(TaskState.Dead, Error: new TaskError(code, message));

    /// <param name="lastCode">Of the last error; null where there was none.</param>
    public static AttemptEnd Exhausted(string message, string? lastCode) =>
        new(TaskState.Dead, Error: new TaskError("attempts_exhausted", message) { LastCode = lastCode });

    public static AttemptEnd Retry(string code, string message, TimeSpan delay) => new(TaskState.Queued, Error: new TaskError(code, message), Delay: delay);
}
