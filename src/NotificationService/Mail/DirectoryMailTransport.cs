using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace NotificationService.Mail;

/// <summary>Writes e-mails to a folder, for development: <c>eml_….eml</c>, which sort by time. A repeated one replaces itself.</summary>
internal sealed class DirectoryMailTransport(IOptions<MailOptions> options) : IMailTransport
{
    public async Task SendAsync(string id, MailMessage message, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.Directory!);
        var unfinished = Path.Combine(folder, $".{id}");
        try
        {
            Directory.CreateDirectory(unfinished);
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = unfinished };
            await client.SendMailAsync(message, cancellationToken);

            // Whoever watches the folder never sees half an e-mail.
            File.Move(Directory.GetFiles(unfinished, "*.eml").Single(), Path.Combine(folder, $"{id}.eml"), overwrite: true);
            Directory.Delete(unfinished, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SmtpException)
        {
            throw new MailDeferredException(0, exception);
        }
    }
}
