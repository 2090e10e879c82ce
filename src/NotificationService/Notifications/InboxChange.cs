namespace NotificationService.Notifications;

/// <summary>What may happen to a notification that is there; the names are the words of the event stream.</summary>
internal enum InboxChange
{
    Read,
    Unread,
    Removed,
}
