using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NotificationService.Mail;
using Platform.Contracts;
using Platform.Contracts.Mail;
using Platform.TestKit;

namespace NotificationService.Tests.Mail;

/// <summary>The service with a mail server, and UserService, which sends e-mails through it. Retries come at once rather than after a minute.</summary>
internal sealed class MailService : IAsyncDisposable
{
    public MailService(string redis, SmtpServer? smtp, string? keyPrefix = null, params IEnumerable<(string Name, string Value)> settings)
    {
        var all = smtp is null ? [] : SettingsOf(smtp.Port).ToDictionary(pair => pair.Name, pair => (string?)pair.Value);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        Application = new Inboxes(redis, keyPrefix, all);
        Http = Application.Client(Application.Issuer.ServiceToken(ServiceNames.Users, Scopes.SendMail));
        Client = new MailClient(Http);
    }

    public Inboxes Application { get; }

    public HttpClient Http { get; }

    public MailClient Client { get; }

    public MailQueue Queue => Application.Services.GetRequiredService<MailQueue>();

    public static IEnumerable<(string Name, string Value)> SettingsOf(int smtpPort) =>
    [
        ("Mail:Transport", "Smtp"), ("Mail:From", "Platform <no-reply@platform.test>"), ("Mail:Smtp:Host", "127.0.0.1"),
        ("Mail:Smtp:Port", smtpPort.ToString(CultureInfo.InvariantCulture)), ("Mail:Smtp:Tls", "false"),
        ("Mail:Timeout", "00:00:00.900"), ("Mail:RetryDelay", "00:00:01"), ("Mail:MaxRetryDelay", "00:00:02"),
    ];

    public static string NewAddress() => $"ada.{Guid.NewGuid():n}@example.com";

    public static SendMailRequest To(string address, string text = "Hello.", string? dedupeKey = null) =>
        new(address, "Your account", text, dedupeKey ?? Guid.NewGuid().ToString("n"));

    /// <summary>The problem's code that a request is answered with.</summary>
    public async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(object request)
    {
        using var response = await Http.PostAsJsonAsync("/v1/mail", request, JsonSerializerOptions.Web);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (response.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Application.DisposeAsync();
    }
}
