namespace TaskService.Page;

internal static partial class PageLog
{
    [LoggerMessage(6701, LogLevel.Warning, "UserService could not be asked to sign somebody in: {Failure}.")]
    public static partial void UserServiceAway(this ILogger logger, string failure);

    [LoggerMessage(6702, LogLevel.Warning, "UserService could not be told that a session has ended: {Failure}.")]
    public static partial void SessionNotEnded(this ILogger logger, string failure);
}
