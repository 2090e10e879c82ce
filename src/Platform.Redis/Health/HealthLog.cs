using Microsoft.Extensions.Logging;

namespace Platform.Redis.Health;

internal static partial class HealthLog
{
    [LoggerMessage(2200, LogLevel.Warning, "Redis finding {FindingId}: found {Actual}, expected {Expected}. To mend it: {Fix}.")]
    public static partial void FindingAppeared(this ILogger logger, string findingId, string actual, string expected, string fix);

    [LoggerMessage(2201, LogLevel.Information, "Redis finding {FindingId} was mended.")]
    public static partial void FindingMended(this ILogger logger, string findingId);
}
