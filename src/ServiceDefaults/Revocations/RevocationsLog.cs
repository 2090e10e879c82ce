using Microsoft.Extensions.Logging;

namespace Platform.ServiceDefaults.Revocations;

internal static partial class RevocationsLog
{
    [LoggerMessage(1101, LogLevel.Warning, "Revocations could not be read ({Reason}); those already known stay in force, and protected routes answer 503 once they are too old.")]
    public static partial void FeedNotRead(this ILogger logger, string reason);

    [LoggerMessage(1102, LogLevel.Information, "Revocations are read again.")]
    public static partial void FeedReadAgain(this ILogger logger);

    [LoggerMessage(1103, LogLevel.Warning, "The feed of revocations was lost or restored and is read anew; those already known stay in force.")]
    public static partial void FeedRestarted(this ILogger logger);
}
