using Microsoft.Extensions.Logging;

namespace Platform.Redis.Consumers;

internal static partial class ConsumersLog
{
    [LoggerMessage(2800, LogLevel.Error, "{Loop} failed and was begun again.")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string loop);

    [LoggerMessage(2801, LogLevel.Warning, "{Dispatcher} could not deliver {Count} messages; they were kept and will be tried again with back-off.")]
    public static partial void DeliveriesAwaited(this ILogger logger, string dispatcher, int count);
}
