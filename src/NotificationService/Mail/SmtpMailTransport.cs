using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace NotificationService.Mail;

/// <summary>Hands e-mails to a mail server, each over a connection of its own.</summary>
internal sealed class SmtpMailTransport(IOptions<MailOptions> options) : IMailTransport
{
    private const int FirstPermanentStatus = 500;

    public async Task SendAsync(string id, MailMessage message, CancellationToken cancellationToken)
    {
        var smtp = options.Value.Smtp;
        using var client = new SmtpClient(smtp.Host, smtp.Port)
        {
            EnableSsl = smtp.Tls,
            DeliveryFormat = SmtpDeliveryFormat.International,
            Credentials = smtp.UserName is { Length: > 0 } userName ? new NetworkCredential(userName, smtp.Password) : null,
        };
        try
        {
            // The client may hang on to a server that says nothing, whatever its token says.
            await client.SendMailAsync(message, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (SmtpFailedRecipientException exception)
        {
            throw Of((int)exception.StatusCode, exception, aboutTheMail: true);
        }
        catch (SmtpException exception)
        {
            throw Of((int)exception.StatusCode, exception, IsAboutTheMail(exception.StatusCode));
        }
        catch (OperationCanceledException exception)
        {
            throw new MailDeferredException(0, exception);
        }
    }

    /// <summary>Everything else that is final, such as a wrong password, is for the operator to mend: the e-mail is kept until then.</summary>
    private static bool IsAboutTheMail(SmtpStatusCode status) => status
        is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.UserNotLocalTryAlternatePath
        or SmtpStatusCode.ExceededStorageAllocation or SmtpStatusCode.TransactionFailed;

    private static MailException Of(int status, Exception exception, bool aboutTheMail) => status >= FirstPermanentStatus && aboutTheMail
        ? new MailRefusedException(status, exception)
        : new MailDeferredException(Math.Max(0, status), exception);
}
