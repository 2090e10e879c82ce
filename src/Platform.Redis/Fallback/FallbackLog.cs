using Microsoft.Extensions.Logging;

namespace Platform.Redis.Fallback;

internal static partial class FallbackLog
{
    [LoggerMessage(2700, LogLevel.Information,
        "Redis is back: of what {Capability} had accepted in memory, {Kept} entries were merged and {Dropped} dropped.")]
    public static partial void FallbackReconciled(this ILogger logger, string capability, long kept, long dropped);

    [LoggerMessage(2701, LogLevel.Warning, "The process ends before Redis was back: {Lost} entries that {Capability} had accepted in memory are lost.")]
    public static partial void FallbackLost(this ILogger logger, string capability, long lost);

    [LoggerMessage(2702, LogLevel.Error, "An entry that {Capability} had accepted in memory could not be merged, and is dropped.")]
    public static partial void FallbackMergeFailed(this ILogger logger, Exception exception, string capability);
}
