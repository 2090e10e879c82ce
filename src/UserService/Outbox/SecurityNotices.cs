using Platform.Contracts.Notifications;
using Platform.Redis;

namespace UserService.Outbox;

/// <summary>Tells people, in their inbox, what happened to the security of their account.</summary>
internal sealed class SecurityNotices(Outbox outbox, ILogger<SecurityNotices> logger)
{
    /// <summary>Never fails its caller: what is told about has been done. Where Redis is away, the log has the notice.</summary>
    public async Task SendAsync(string userId, SecurityNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        try
        {
            // Not given up with the request: it may be an attacker's, who hangs up.
            await outbox.SendAsync(
                new OutboxMessage { Notification = new SendNotificationRequest(userId, notice.Category, notice.Title, notice.Body) },
                CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            logger.NoticeNotKept(notice.Category);
        }
    }
}
