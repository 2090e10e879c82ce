namespace UserService.Users;

internal static partial class UsersLog
{
    [LoggerMessage(5001, LogLevel.Information, "An account was created.")]
    public static partial void AccountCreated(this ILogger logger);

    [LoggerMessage(5002, LogLevel.Information, "An account was deleted and its sessions ended.")]
    public static partial void AccountDeleted(this ILogger logger);

    [LoggerMessage(5003, LogLevel.Information, "A password was changed and the other sessions of its account ended.")]
    public static partial void PasswordChanged(this ILogger logger);

    [LoggerMessage(5004, LogLevel.Information, "The roles of an account were changed.")]
    public static partial void RolesChanged(this ILogger logger);
}
