using Platform.ServiceDefaults.Problems;
using TaskService.Tasks;

namespace TaskService.SendNotification;

/// <summary>People have notifications sent to themselves; administrators to anybody.</summary>
internal sealed class SendNotificationRule : ISubmitRule
{
    /// <inheritdoc />
    public void Ensure(object payload, string? person)
    {
        if (payload is SendNotificationPayload notification && person is not null && person != notification.UserId)
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "not_your_inbox", "You may not send to somebody else", "Set userId to your own id, or ask an administrator.");
        }
    }
}
