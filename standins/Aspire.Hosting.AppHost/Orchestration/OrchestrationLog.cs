using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

internal static partial class OrchestrationLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Distributed application starting.")]
    public static partial void Starting(this ILogger logger);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Distributed application started. Press Ctrl+C to shut down.")]
    public static partial void Started(this ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The process ended with code {ExitCode}; it is started again in {Seconds} s.")]
    public static partial void Crashed(this ILogger logger, int exitCode, double seconds);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "{Problem}")]
    public static partial void FailedToStart(this ILogger logger, string problem);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "A handler of the resource's ready event failed.")]
    public static partial void ReadyHandlerFailed(this ILogger logger, Exception exception);
}
