using System.Text;
using System.Text.Json;
using Platform.Contracts.Notifications;
using Platform.ServiceDefaults.Http;

namespace TaskService.SendNotification;

/// <summary>What one notification says in a digest; all of it only of the first, which may stay alone.</summary>
internal sealed record GatheredNotification(string Category, string Title, string? Body = null, string? Link = null, JsonElement? Data = null);

/// <param name="Count">How many were gathered.</param>
/// <param name="Listed">The first of them, at least one.</param>
internal sealed record GatheredNotifications(long Count, IReadOnlyList<GatheredNotification> Listed)
{
    private const int LongestLine = 180;

    public SendNotificationRequest ToRequest(string userId, string dedupeKey)
    {
        var first = Listed[0];
        return Count == 1
            ? new SendNotificationRequest(userId, first.Category, first.Title, first.Body, first.Link, first.Data, dedupeKey)
            : new SendNotificationRequest(
                userId, first.Category, $"{Count} notifications", Text(), first.Link,
                JsonSerializer.SerializeToElement(new { count = Count, listed = Listed.Count }, JsonDefaults.Options), dedupeKey);
    }

    private string Text()
    {
        var text = new StringBuilder();
        foreach (var notification in Listed)
        {
            text.Append("- ").Append(Shortened(notification.Title)).Append('\n');
        }

        return Count > Listed.Count ? text.Append("and ").Append(Count - Listed.Count).Append(" more").ToString() : text.ToString().TrimEnd('\n');
    }

    /// <summary>Twenty of them stay within what a notification may say.</summary>
    private static string Shortened(string title) => title.Length <= LongestLine ? title : string.Concat(title.AsSpan(0, LongestLine - 1), "…");
}
