using Microsoft.Extensions.Logging;

namespace Platform.Redis.Events;

internal static partial class EventsLog
{
    [LoggerMessage(2100, LogLevel.Error, "A listener failed when it was woken. The others were woken all the same.")]
    public static partial void WakeUpFailed(this ILogger logger, Exception exception);
}
