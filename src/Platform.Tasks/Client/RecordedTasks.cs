using System.Text;
using Platform.Redis;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;

namespace Platform.Tasks.Client;

/// <summary>Enqueues tasks of which more has to be looked up than their entry holds.</summary>
internal sealed class RecordedTasks(TaskStore store, PayloadStore payloads)
{
    /// <returns>Its id, or that of the one that is the same.</returns>
    public async Task<string> EnqueueAsync(NewTask task, CancellationToken cancellationToken)
    {
        var (outcome, accepted) = await store.SubmitAsync(task, cancellationToken);
        return outcome switch
        {
            SubmitOutcome.Accepted or SubmitOutcome.Duplicate => accepted!.Id,
            SubmitOutcome.DependencyUnknown => throw new ArgumentException("A task that it depends on is not there, or no longer.", nameof(task)),
            _ => throw new InvalidOperationException($"The task was not accepted: {outcome}."),
        };
    }

    /// <summary>Enqueues a task whose payload lies aside: it is there before its task, and goes where that is not accepted.</summary>
    /// <exception cref="PayloadTooLargeException">It is larger than payloads may be.</exception>
    public async Task<string> EnqueueLargeAsync<TPayload>(NewTask task, TPayload payload, CancellationToken cancellationToken)
    {
        var accepted = "";
        try
        {
            var stored = await payloads.WriteAsync(task.Id, payload, cancellationToken);
            return accepted = await EnqueueAsync(task with { Attachment = stored.ToAttachment(), Sent = Encoding.ASCII.GetBytes(stored.Hash) }, cancellationToken);
        }
        catch (RedisUnavailableException exception) when (exception.OutcomeUnknown || exception.Reason == RedisUnavailableReason.TimedOut)
        {
            // The task may be there. Where it is not, the payload expires.
            accepted = task.Id;
            throw;
        }
        finally
        {
            if (accepted != task.Id)
            {
                await payloads.DiscardAsync(task.Id);
            }
        }
    }
}
