using Platform.Tasks.DeadLetters;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using StackExchange.Redis;

namespace TaskService.DeadLetters;

/// <summary>
/// Works off the dead letters that a filter means and that there were when the task was submitted, in steps that are each written together with
/// the progress: an attempt that takes over goes on with what is left, and none is dealt with twice.
/// </summary>
internal static class DeadLetterWork
{
    /// <param name="dead">Where they are.</param>
    /// <param name="filter">Which ones.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="step">Deals with some, given how many there will be in all; answers how the attempt stands, and how many it could not deal with.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many could not be dealt with.</returns>
    public static async Task<long> RunAsync(
        DeadLetterStore dead, DeadLetterFilter filter, TaskContext context, Func<IReadOnlyList<DeadLetter>, long, Task<(Hold Hold, int Left)>> step,
        CancellationToken cancellationToken)
    {
        // What dies again afterwards is another matter.
        var submitted = context.Task.CreatedAt;
        var meant = filter with { To = filter.To < submitted ? filter.To : submitted };
        var total = context.Task.Done + await dead.CountAsync(meant, cancellationToken);
        var left = 0L;
        await foreach (var page in dead.ReadAsync(meant, Order.Ascending, after: null, cancellationToken))
        {
            if (page.Letters.Count > 0)
            {
                await context.WriteAsync(
                    async () =>
                    {
                        var (hold, some) = await step(page.Letters, total);
                        left += some;
                        return hold;
                    },
                    cancellationToken);
            }
        }

        return left;
    }
}

/// <summary>Tries dead letters again.</summary>
internal sealed class ReplayDeadLettersHandler(DeadLetterStore dead, TaskRetries retries, TaskStore tasks)
    : ITaskHandler<DeadLetterFilter>
{
    public const string Type = "replay-dead-letters";

    public async Task<TaskOutcome> RunAsync(DeadLetterFilter payload, TaskContext context, CancellationToken cancellationToken)
    {
        var same = 0L;
        var left = await DeadLetterWork.RunAsync(
            dead, payload, context,
            async (letters, total) =>
            {
                var outcomes = await retries.RetryDeadAsync(letters, context.Delivery, total, cancellationToken);
                same += outcomes?.Count(outcome => outcome == RetryOutcome.Duplicate) ?? 0;
                return outcomes is null ? (Hold.Lost, 0) : (Hold.Held, outcomes.Count(outcome => outcome == RetryOutcome.InputGone));
            },
            cancellationToken);
        var task = await tasks.FindAsync(context.TaskId, cancellationToken);
        return TaskOutcome.Of(new { replayed = task?.Done ?? 0, recordsExpired = left, openAlready = same });
    }
}

/// <summary>Removes dead letters.</summary>
internal sealed class DeleteDeadLettersHandler(DeadLetterStore dead, TaskStore tasks) : ITaskHandler<DeadLetterFilter>
{
    public const string Type = "delete-dead-letters";

    public async Task<TaskOutcome> RunAsync(DeadLetterFilter payload, TaskContext context, CancellationToken cancellationToken)
    {
        await DeadLetterWork.RunAsync(
            dead, payload, context,
            async (letters, total) => (await dead.DeleteAsync(letters, context.Delivery, total, cancellationToken) is null ? Hold.Lost : Hold.Held, 0),
            cancellationToken);
        var task = await tasks.FindAsync(context.TaskId, cancellationToken);
        return TaskOutcome.Of(new { deleted = task?.Done ?? 0 });
    }
}
