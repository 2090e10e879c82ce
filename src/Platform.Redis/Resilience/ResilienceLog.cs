using Microsoft.Extensions.Logging;

namespace Platform.Redis.Resilience;

internal static partial class ResilienceLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Redis became unavailable ({Reason}). Operations are refused at once until it answers.")]
    public static partial void BreakerOpened(this ILogger logger, RedisUnavailableReason reason);

    [LoggerMessage(2001, LogLevel.Information, "Redis answered again after {OutageSeconds:F1} s.")]
    public static partial void BreakerClosed(this ILogger logger, double outageSeconds);

    [LoggerMessage(2002, LogLevel.Error, "Redis refused the user or password of this service. It stays unavailable until the connection string is corrected.")]
    public static partial void CredentialsRefused(this ILogger logger);

    [LoggerMessage(2004, LogLevel.Warning, "{Away} of {Primaries} primaries of the Redis Cluster do not answer ({Reason}). Operations on their keys are refused; the others go on.")]
    public static partial void PartAway(this ILogger logger, int away, int primaries, RedisUnavailableReason reason);

    [LoggerMessage(2005, LogLevel.Information, "Every primary of the Redis Cluster answers again after {OutageSeconds:F1} s.")]
    public static partial void PartBack(this ILogger logger, double outageSeconds);

    [LoggerMessage(2003, LogLevel.Error, "What listens for the state of Redis failed.")]
    public static partial void ListenerFailed(this ILogger logger, Exception exception);
}
