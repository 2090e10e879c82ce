namespace NotificationService.Mail;

/// <summary>Never an address, a subject or a text: an e-mail is named by its id.</summary>
internal static partial class MailLog
{
    [LoggerMessage(3201, LogLevel.Warning, "E-mails do not go out (status {Status}, {Cause}); they wait and are tried again with back-off.")]
    public static partial void MailDeferred(this ILogger logger, int status, string cause);

    [LoggerMessage(3202, LogLevel.Information, "E-mails go out again.")]
    public static partial void MailSentAgain(this ILogger logger);

    [LoggerMessage(3203, LogLevel.Warning, "E-mail {Id} was refused for good (status {Status}) and dropped.")]
    public static partial void MailRefused(this ILogger logger, string id, int status);

    [LoggerMessage(3204, LogLevel.Error, "E-mail {Id} could not be sent in {Attempts} attempts and {Minutes} minutes and was dropped.")]
    public static partial void MailGivenUp(this ILogger logger, string id, int attempts, int minutes);

    [LoggerMessage(3205, LogLevel.Error, "E-mail {Id} could not be opened and was dropped; was Sealing:Key changed?")]
    public static partial void MailUnreadable(this ILogger logger, string id);

    [LoggerMessage(3206, LogLevel.Error, "E-mail {Id} could not be sent ({Error}); it waits and is tried again with back-off.")]
    public static partial void MailFailed(this ILogger logger, string id, string error);
}
