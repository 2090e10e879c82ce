using System.Diagnostics.Metrics;

namespace NotificationService.Mail;

internal sealed class MailMetrics
{
    public const string MeterName = "NotificationService";

    private readonly Counter<long> _attempts;

    public MailMetrics(IMeterFactory meters) => _attempts = meters.Create(MeterName).CreateCounter<long>(
        "platform.mail.attempts", "{attempt}", "Attempts to send an e-mail, by result.");

    /// <param name="result"><c>sent</c>, <c>deferred</c>, <c>refused</c>, <c>failed</c>, <c>expired</c> or <c>unreadable</c>.</param>
    public void Attempted(string result) => _attempts.Add(1, new KeyValuePair<string, object?>("result", result));
}
