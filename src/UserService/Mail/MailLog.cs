namespace UserService.Mail;

internal static partial class MailLog
{
    [LoggerMessage(5901, LogLevel.Information, "No e-mail was sent: its address has been written to often enough.")]
    public static partial void MailNotSent(this ILogger logger);

    [LoggerMessage(5902, LogLevel.Warning, "An e-mail about a change could not be kept for its receiver, since Redis is away.")]
    public static partial void MailNotKept(this ILogger logger);
}
