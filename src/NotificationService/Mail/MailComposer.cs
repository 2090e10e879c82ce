using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Contracts.Mail;

namespace NotificationService.Mail;

/// <summary>Makes an e-mail of what a service wants to be sent (RFC 5322).</summary>
internal sealed class MailComposer(IOptions<MailOptions> options)
{
    // 998 is the limit (RFC 5322, section 2.1.1).
    private const int LongestPlainLine = 900;

    private readonly MailAddress _from = new(options.Value.From);

    /// <exception cref="MailRefusedException">There is no such address.</exception>
    public MailMessage Compose(string id, SendMailRequest request)
    {
        if (!MailAddress.TryCreate(request.To, out var to))
        {
            throw new MailRefusedException(0, null);
        }

        var text = request.Text.ReplaceLineEndings("\r\n");
        var message = new MailMessage(_from, to)
        {
            Subject = request.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = text,
            BodyEncoding = Encoding.UTF8,

            // As it is where possible: a link that is broken by an encoding cannot be copied from the file.
            BodyTransferEncoding = IsPlain(text) ? TransferEncoding.SevenBit : TransferEncoding.QuotedPrintable,
        };

        // The same at every attempt, so that receivers can tell a repeated e-mail from a new one.
        message.Headers.Add("Message-ID", $"<{id}@{_from.Host}>");

        // Keeps answering machines quiet (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static bool IsPlain(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > LongestPlainLine)
            {
                return false;
            }
        }

        return Ascii.IsValid(text);
    }
}
