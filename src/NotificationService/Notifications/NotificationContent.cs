using System.Text;
using System.Text.Json;
using Platform.Contracts.Notifications;
using Platform.Redis.Sealing;

namespace NotificationService.Notifications;

/// <summary>
/// What is kept of a notification, sealed: titles and texts are about people. The seal is bound to the person and the id, so that
/// one entry cannot be passed off as another.
/// </summary>
internal sealed class NotificationContent(SealerProvider sealers)
{
    private const int LongestData = 8 * 1024;

    private readonly ValueSealer _sealer = sealers.For("notification-content");

    public static bool IsDataTooLarge(SendNotificationRequest request) =>
        request.Data is { } data && Encoding.UTF8.GetByteCount(data.GetRawText()) > LongestData;

    public byte[] Seal(string userId, NotificationResponse notification) => _sealer.Seal(
        JsonSerializer.SerializeToUtf8Bytes(notification, JsonSerializerOptions.Web), Binding(userId, notification.Id));

    public NotificationResponse Open(string userId, string id, byte[] sealedNotification, DateTimeOffset? readAt) =>
        JsonSerializer.Deserialize<NotificationResponse>(_sealer.Open(sealedNotification, Binding(userId, id)), JsonSerializerOptions.Web)!
            with { ReadAt = readAt };

    private static byte[] Binding(string userId, string id) => Encoding.UTF8.GetBytes($"{userId}|{id}");
}
