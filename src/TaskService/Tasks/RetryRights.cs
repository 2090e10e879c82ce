using System.Security.Claims;
using Platform.ServiceDefaults.Authentication;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;

namespace TaskService.Tasks;

/// <summary>Whether somebody may have a task run again: what they might not submit now they cannot get by an old task either, such as one of when they were an administrator.</summary>
internal sealed class RetryRights(TaskTypes types, TaskPayloads payloads, IEnumerable<ISubmitRule> rules)
{
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">They may not.</exception>
    public async Task EnsureAsync(TaskItem task, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        // A type that is another service's has no rules here.
        if (caller.IsAdmin() || types.Find(task.Type) is null)
        {
            return;
        }

        object payload;
        try
        {
            payload = await types.Required(task.Type, isAdmin: false).OpenAsync(payloads, task, cancellationToken);
        }
        catch (Exception exception) when (exception is UndecodablePayloadException or TaskFailedException)
        {
            // A worker finds that too, and says so.
            return;
        }

        rules.Ensure(payload, caller.UserId());
    }
}
