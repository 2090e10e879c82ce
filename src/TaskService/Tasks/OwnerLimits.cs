using System.Security.Claims;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

/// <summary>How much a person may have waiting. Administrators, who see what waits and can do something about it, may have any number.</summary>
internal sealed class OwnerLimits(IOptions<TasksOptions> options)
{
    private const string Code = "too_much_waiting";

    /// <summary>What has to end first may take long; to ask more often is of no use.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    /// <returns>Null where it does not matter.</returns>
    public OwnerBounds? Of(ClaimsPrincipal caller) => caller.IsAdmin() ? null : new OwnerBounds(options.Value.OpenPerUser, options.Value.AsidePerUser);

    public ProblemException TooManyOpen() => new(
        StatusCodes.Status429TooManyRequests, Code, "Too many of your tasks are open",
        $"You may have {options.Value.OpenPerUser} tasks that wait or run. Wait until some have ended, or cancel some: see /v1/tasks?status=queued and "
        + "/v1/tasks?status=waiting.",
        Wait);

    public ProblemException TooMuchAside() => new(
        StatusCodes.Status429TooManyRequests, Code, "Too much of your payloads is waiting",
        $"You may have {options.Value.AsidePerUser} bytes of payloads of more than 256 KiB in tasks that wait, run or have failed. Wait until some have succeeded, or "
        + "cancel some: see /v1/tasks. Those of failed tasks are freed when these are no longer kept.",
        Wait);
}
