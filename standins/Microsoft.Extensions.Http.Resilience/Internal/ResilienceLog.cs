using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Http.Resilience;

internal static partial class ResilienceLog
{
    [LoggerMessage(EventId = 0, Message = "Resilience event occurred. EventName: '{EventName}', Source: '{PipelineName}/{StrategyName}', Error: '{Error}'.")]
    public static partial void ResilienceEventOccurred(
        this ILogger logger, LogLevel level, string eventName, string? pipelineName, string? strategyName, string? error);
}
