using Microsoft.Extensions.Logging;

namespace Platform.ServiceDefaults.Authentication;

internal static partial class AuthenticationLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Signing keys could not be loaded ({Reason}); those already known stay in use.")]
    public static partial void SigningKeysNotLoaded(this ILogger logger, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Signing keys were loaded again.")]
    public static partial void SigningKeysLoadedAgain(this ILogger logger);

    [LoggerMessage(1003, LogLevel.Information, "An access token was refused: {Reason}")]
    public static partial void TokenRefused(this ILogger logger, string reason);
}
