namespace TaskService.DeadLetters;

internal static partial class DeadLettersLog
{
    [LoggerMessage(6503, LogLevel.Information, "Dead letters are dealt with as task {TaskId}, {Type}, for {UserId}.")]
    public static partial void DeadLettersBegun(this ILogger logger, string taskId, string type, string userId);
}
