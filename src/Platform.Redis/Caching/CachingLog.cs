using Microsoft.Extensions.Logging;

namespace Platform.Redis.Caching;

internal static partial class CachingLog
{
    [LoggerMessage(2250, LogLevel.Warning, "Redis uses {Share:P0} of its memory or more. Nothing more is cached there; state is still written.")]
    public static partial void MemoryHigh(this ILogger logger, double share);

    [LoggerMessage(2251, LogLevel.Information, "Redis has memory to spare again. It is used for caching.")]
    public static partial void MemoryNormal(this ILogger logger);

    [LoggerMessage(2252, LogLevel.Warning, "Values of cache namespace {Namespace} could not be computed. Stale ones answer for as long as they may.")]
    public static partial void FactoryFailing(this ILogger logger, string @namespace, Exception exception);

    [LoggerMessage(2253, LogLevel.Information, "Values of cache namespace {Namespace} are computed again.")]
    public static partial void FactoryWorks(this ILogger logger, string @namespace);

    [LoggerMessage(2254, LogLevel.Error, "A value of type {Type} in cache namespace {Namespace} could not be written as bytes. It was not cached.")]
    public static partial void NotSerializable(this ILogger logger, string type, string @namespace, Exception exception);

    [LoggerMessage(2255, LogLevel.Warning, "A value in cache namespace {Namespace} had {Bytes} bytes, more than Caching:MaximumPayloadBytes. It was not cached.")]
    public static partial void TooLarge(this ILogger logger, string @namespace, int bytes);

    [LoggerMessage(2256, LogLevel.Error, "The warm-up {WarmUp} of the cache failed. The service started without it.")]
    public static partial void WarmUpFailed(this ILogger logger, string warmUp, Exception exception);

    [LoggerMessage(2257, LogLevel.Warning, "The warm-up of the cache took longer than Caching:WarmUpTimeout. The service started; it goes on in the background.")]
    public static partial void WarmUpSlow(this ILogger logger);
}
