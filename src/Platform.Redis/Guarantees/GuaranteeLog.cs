using Microsoft.Extensions.Logging;

namespace Platform.Redis.Guarantees;

internal static partial class GuaranteeLog
{
    [LoggerMessage(2600, LogLevel.Warning, "Guarantees became weaker. Local: {Local}. Refusing: {Refusing}.")]
    public static partial void Weakened(this ILogger logger, string local, string refusing);

    [LoggerMessage(2601, LogLevel.Information, "Every guarantee holds again.")]
    public static partial void Restored(this ILogger logger);

    [LoggerMessage(2602, LogLevel.Error, "The capability {Capability} could not tell its state; it is reported as refusing.")]
    public static partial void StateFailed(this ILogger logger, string capability, Exception exception);
}
