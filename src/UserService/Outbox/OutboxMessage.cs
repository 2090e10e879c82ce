using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;
using UserService.Mail;

namespace UserService.Outbox;

/// <summary>What this service wants another to do for it: one of these.</summary>
internal sealed record OutboxMessage
{
    /// <summary>Puts a message into somebody's inbox.</summary>
    public SendNotificationRequest? Notification { get; init; }

    /// <summary>Sends an e-mail.</summary>
    public SendMailRequest? Mail { get; init; }

    /// <summary>Finds out which e-mail is to be sent, and leaves it here.</summary>
    public MailErrand? Errand { get; init; }
}
