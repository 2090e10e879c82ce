namespace TaskService.Inputs;

internal static partial class InputsLog
{
    [LoggerMessage(6100, LogLevel.Debug, "Records of {TaskId}, which was not submitted, were left to expire.")]
    public static partial void InputLeftToExpire(this ILogger logger, string taskId);
}
