using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Contracts.Users;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Handlers;

namespace TaskService.SendNotification;

/// <summary>
/// Calls NotificationService in the name of a task: one that is away is waited for by trying again. A task, and a schedule even more so, may have been made long ago: UserService is asked
/// whether its person is still there, since the marks of erased people do not last as long.
/// </summary>
internal sealed class NotificationCalls(NotificationsClient notifications, UsersClient users)
{
    /// <returns>The notification's id; the same for the same dedupe key.</returns>
    public async Task<string> SendAsync(SendNotificationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (!await users.ExistsAsync(request.UserId, cancellationToken))
            {
                throw new TaskFailedException("person_unknown", "There is nobody with this id, or not any more.");
            }

            return (await notifications.SendAsync(request, cancellationToken)).Id;
        }
        catch (RemoteCallException exception) when (exception.IsRefusal())
        {
            throw new TaskFailedException(exception.Code, exception.Message, exception);
        }
        catch (Exception exception) when (exception.IsAbsence(cancellationToken))
        {
            throw new TaskRetryException(
                "notifications_unavailable", "UserService or NotificationService did not answer.", (exception as RemoteCallException)?.RetryAfter, exception);
        }
    }
}
