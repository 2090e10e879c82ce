namespace UserService.Sessions;

internal static partial class SessionsLog
{
    [LoggerMessage(5101, LogLevel.Information, "A person signed in.")]
    public static partial void SignedIn(this ILogger logger);

    [LoggerMessage(5102, LogLevel.Information, "A sign-in was refused ({Reason}).")]
    public static partial void SignInRefused(this ILogger logger, string reason);

    [LoggerMessage(5103, LogLevel.Warning, "A spent refresh token was used again; its session was ended.")]
    public static partial void RefreshTokenReused(this ILogger logger);
}
