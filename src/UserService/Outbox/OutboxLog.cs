namespace UserService.Outbox;

internal static partial class OutboxLog
{
    [LoggerMessage(5400, LogLevel.Error, "Too many messages to other services wait already, so one was dropped. Is NotificationService away?")]
    public static partial void OutboxFull(this ILogger logger);

    [LoggerMessage(5401, LogLevel.Error, "A message in the outbox could not be read and was dropped. Was Sealing:Key changed?")]
    public static partial void OutboxMessageNotRead(this ILogger logger);

    [LoggerMessage(5402, LogLevel.Error, "{Service} refused a message with {Status} ({Code}); it was dropped.")]
    public static partial void OutboxMessageRefused(this ILogger logger, string service, int status, string code);

    [LoggerMessage(5403, LogLevel.Error, "A message could not be delivered for a day and was dropped.")]
    public static partial void OutboxMessageTooOld(this ILogger logger);

    [LoggerMessage(5404, LogLevel.Warning, "A notice of {Notice} could not be kept for its receiver, since Redis is away.")]
    public static partial void NoticeNotKept(this ILogger logger, string notice);
}
