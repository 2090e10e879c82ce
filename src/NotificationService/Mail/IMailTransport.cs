using System.Net.Mail;

namespace NotificationService.Mail;

/// <summary>The way out for e-mails.</summary>
internal interface IMailTransport
{
    /// <param name="id">Of the e-mail.</param>
    /// <param name="message">The e-mail.</param>
    /// <param name="cancellationToken">Gives up: whether it was sent is not known then.</param>
    /// <exception cref="MailRefusedException">It was refused for good; the same e-mail would be refused again.</exception>
    /// <exception cref="MailDeferredException">It could not be sent now.</exception>
    Task SendAsync(string id, MailMessage message, CancellationToken cancellationToken);
}

/// <param name="status">What the mail server answered, such as 550; 0 when nothing.</param>
/// <param name="inner">What went wrong. Never logged as a whole: it may name the address.</param>
internal abstract class MailException(int status, Exception? inner) : Exception($"The e-mail was not sent (status {status}).", inner)
{
    public int Status { get; } = status;
}

internal sealed class MailRefusedException(int status, Exception? inner) : MailException(status, inner);

internal sealed class MailDeferredException(int status, Exception? inner) : MailException(status, inner);
