using Microsoft.Extensions.Logging;

namespace Platform.Redis.Idempotency;

internal static partial class IdempotencyLog
{
    [LoggerMessage(2400, LogLevel.Error,
        "Stored answers do not open. Was Sealing:Key changed? Repeated requests are told that their outcome is unknown until the old answers expire.")]
    public static partial void AnswersDoNotOpen(this ILogger logger);

    [LoggerMessage(2401, LogLevel.Error, "Renewing the leases of requests in flight failed; it is tried again.")]
    public static partial void RenewalFailed(this ILogger logger, Exception exception);
}
