namespace UserService.Administration;

internal static partial class AdministrationLog
{
    [LoggerMessage(5301, LogLevel.Information, "The first administrator was created.")]
    public static partial void AdministratorCreated(this ILogger logger);

    [LoggerMessage(5302, LogLevel.Warning, "No administrator was created: Admin:Password is not set.")]
    public static partial void NoAdministratorConfigured(this ILogger logger);

    [LoggerMessage(5303, LogLevel.Error, "No administrator was created: Admin:Email or Admin:Password was refused ({Rules}).")]
    public static partial void AdministratorRefused(this ILogger logger, string rules);

    [LoggerMessage(5304, LogLevel.Error, "The first administrator could not be looked up or created; it is tried again every minute.")]
    public static partial void AdministratorNotSeeded(this ILogger logger, Exception exception);

    [LoggerMessage(5305, LogLevel.Error,
        "There is no administrator, and Admin:Email is the address of an account that is none. Set Admin:Email to an address that has no account.")]
    public static partial void AdministratorAddressTaken(this ILogger logger);
}
