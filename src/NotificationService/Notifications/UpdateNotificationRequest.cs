using System.ComponentModel.DataAnnotations;

namespace NotificationService.Notifications;

/// <summary>Changes what the receiver may change.</summary>
/// <param name="Read">Whether it has been read.</param>
public sealed record UpdateNotificationRequest([property: Required] bool? Read);
