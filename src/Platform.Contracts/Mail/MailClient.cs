using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.Contracts.Mail;

/// <summary>Sends e-mails through NotificationService. Needs a token with the scope <see cref="Scopes.SendMail"/>.</summary>
public sealed class MailClient(HttpClient http)
{
    /// <summary>Hands an e-mail over; from then on it is NotificationService's to send. The call may be repeated until it succeeds.</summary>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<MailAcceptedResponse> SendAsync(SendMailRequest request, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("/v1/mail", request, JsonSerializerOptions.Web, cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Notifications, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<MailAcceptedResponse>(JsonSerializerOptions.Web, cancellationToken))!;
    }
}
