using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Contracts.Notifications;

/// <summary>Calls NotificationService. Needs a token with the scope <see cref="Scopes.SendNotifications"/>.</summary>
public sealed class NotificationsClient(HttpClient http)
{
    /// <summary>Letters as they are: escaped, data would be longer than the service takes.</summary>
    private static readonly JsonSerializerOptions Unescaped = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends a notification. With a dedupe key the call may be repeated until it succeeds.</summary>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<NotificationResponse> SendAsync(SendNotificationRequest request, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("/v1/notifications", request, Unescaped, cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Notifications, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<NotificationResponse>(JsonSerializerOptions.Web, cancellationToken))!;
    }
}
