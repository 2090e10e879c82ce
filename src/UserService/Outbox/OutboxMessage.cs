using Platform.Contracts.Notifications;

namespace UserService.Outbox;

/// <summary>What this service wants another to do for it: one of these.</summary>
internal sealed record OutboxMessage
{
    /// <summary>Puts a message into somebody's inbox.</summary>
    public SendNotificationRequest? Notification { get; init; }
}
