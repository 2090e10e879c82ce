using System.Security.Claims;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

internal static class TaskAccess
{
    extension(TaskStore tasks)
    {
        /// <returns>The caller's task, or, for administrators, anybody's; null when there is none that they may see.</returns>
        public Task<TaskItem?> FindForAsync(ClaimsPrincipal caller, string taskId, CancellationToken cancellationToken) =>
            !caller.IsAdmin() ? tasks.FindAsync(taskId, caller.UserId(), cancellationToken)
            : PlatformId.IsValid(taskId, "tsk") ? tasks.FindAsync(taskId, cancellationToken)
            : Task.FromResult<TaskItem?>(null);
    }
}
