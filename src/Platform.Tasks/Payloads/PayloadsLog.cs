namespace Platform.Tasks.Payloads;

internal static partial class PayloadsLog
{
    [LoggerMessage(7700, LogLevel.Debug, "The payload of {TaskId}, which was not submitted, was left to expire.")]
    public static partial void PayloadLeftToExpire(this ILogger logger, string taskId);
}
