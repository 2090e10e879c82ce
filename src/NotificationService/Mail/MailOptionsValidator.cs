using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace NotificationService.Mail;

/// <summary>The rules across settings.</summary>
internal sealed class MailOptionsValidator : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var errors = new List<string>();
        When(!MailAddress.TryCreate(options.From, out _), "Mail:From is not an e-mail address, such as Platform <no-reply@example.com>.");
        When(
            options.Transport == MailTransportKind.Directory && string.IsNullOrWhiteSpace(options.Directory),
            "Mail:Directory is missing: with Mail:Transport=Directory it names the folder that e-mails are written to.");
        When(
            options.Transport == MailTransportKind.Smtp && string.IsNullOrWhiteSpace(options.Smtp.Host),
            "Mail:Smtp:Host is missing: with Mail:Transport=Smtp it names the mail server.");
        When(options.Smtp.Port is < 1 or > 65535, "Mail:Smtp:Port must be between 1 and 65535.");
        When(
            options.Smtp is { UserName.Length: > 0, Tls: false },
            "Mail:Smtp:UserName is set without Mail:Smtp:Tls: a password is not sent over an open connection.");
        When(
            options.RetryDelay <= options.Timeout || options.RetryDelay > options.MaxRetryDelay,
            "Mail:RetryDelay must be longer than Mail:Timeout, or two replicas would send the same e-mail, and at most Mail:MaxRetryDelay.");
        When(
            options.MaxAge < options.RetryDelay || options.MaxAge > NotificationKeys.LongestMailAge,
            $"Mail:MaxAge must be at least Mail:RetryDelay and at most {NotificationKeys.LongestMailAge.TotalDays} days.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void When(bool wrong, string message)
        {
            if (wrong)
            {
                errors.Add(message);
            }
        }
    }
}
