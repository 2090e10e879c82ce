using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;

namespace UserService.Tests.Mail;

/// <summary>Stands where NotificationService stands for UserService: keeps what it is sent, each once per dedupe key, or refuses it.</summary>
internal sealed class NotificationStandIn : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, byte> _known = new();
    private readonly ConcurrentQueue<SendMailRequest> _mails = new();
    private readonly ConcurrentQueue<SendNotificationRequest> _notifications = new();

    public IReadOnlyCollection<SendNotificationRequest> Notifications => _notifications;

    /// <summary>Answers everything with <see cref="Refusal"/>.</summary>
    public bool Away { get; set; }

    public HttpStatusCode Refusal { get; init; } = HttpStatusCode.ServiceUnavailable;

    /// <summary>The bodies of what was not taken.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    public IReadOnlyList<SendMailRequest> MailsTo(string address) => [.. _mails.Where(mail => mail.To == address)];

    /// <summary>The token in an e-mail that has this subject.</summary>
    public async Task<string> TokenAsync(string address, string subject, int count = 1)
    {
        await Platform.TestKit.Eventually.TrueAsync(
            () => MailsTo(address).Count(mail => mail.Subject == subject) >= count, TimeSpan.FromSeconds(30), $"the e-mail '{subject}' is sent");
        var text = MailsTo(address).Where(mail => mail.Subject == subject).ElementAt(count - 1).Text;
        return text.Split(['\n', ' ', '#']).First(word => word.StartsWith("ot_", StringComparison.Ordinal));
    }

    /// <summary>Waits for an e-mail.</summary>
    public async Task<SendMailRequest> MailAsync(string address, string subject)
    {
        await Platform.TestKit.Eventually.TrueAsync(
            () => MailsTo(address).Any(mail => mail.Subject == subject), TimeSpan.FromSeconds(30), $"the e-mail '{subject}' is sent");
        return MailsTo(address).First(mail => mail.Subject == subject);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Away)
        {
            Refused.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(Refusal);
        }

        if (request.RequestUri!.AbsolutePath == "/v1/mail")
        {
            var mail = (await request.Content!.ReadFromJsonAsync<SendMailRequest>(JsonSerializerOptions.Web, cancellationToken))!;
            if (_known.TryAdd(mail.DedupeKey, 0))
            {
                _mails.Enqueue(mail);
            }

            return Answer(HttpStatusCode.Accepted, new MailAcceptedResponse("eml_1"));
        }

        var notification = (await request.Content!.ReadFromJsonAsync<SendNotificationRequest>(JsonSerializerOptions.Web, cancellationToken))!;
        if (_known.TryAdd(notification.DedupeKey!, 0))
        {
            _notifications.Enqueue(notification);
        }

        return Answer(HttpStatusCode.Created, new NotificationResponse(
            "ntf_1", notification.Category, notification.Title, null, null, null, DateTimeOffset.UnixEpoch, null));
    }

    private static HttpResponseMessage Answer<T>(HttpStatusCode status, T body) =>
        new(status) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Web) };
}
