using Microsoft.Extensions.Logging;

namespace Platform.Redis.Leases;

internal static partial class LeaseLog
{
    [LoggerMessage(2500, LogLevel.Warning, "A lease was lost after {HeldSeconds:F1} s: Redis says that it ended or that another has it.")]
    public static partial void LeaseTaken(this ILogger logger, double heldSeconds);

    [LoggerMessage(2501, LogLevel.Warning, "A lease was given up after {HeldSeconds:F1} s: it could not be renewed before it may have ended.")]
    public static partial void LeaseUnconfirmed(this ILogger logger, double heldSeconds);
}
