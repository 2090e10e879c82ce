namespace NotificationService.Notifications;

/// <summary>How much is in an inbox.</summary>
public sealed record InboxCounts(long Unread, long Total);
