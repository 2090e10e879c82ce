using Microsoft.Extensions.Logging;

namespace Platform.Redis.RateLimiting;

internal static partial class RateLimitLog
{
    [LoggerMessage(2300, LogLevel.Information, "Rate limits follow the settings of the administrators: {Changes} changed policies, {Bans} bans.")]
    public static partial void SettingsApplied(this ILogger logger, int changes, int bans);

    [LoggerMessage(2301, LogLevel.Warning, "The change of rate limit policy {Policy} is not valid here; it stays as configured.")]
    public static partial void ChangeIgnored(this ILogger logger, string policy);

    [LoggerMessage(2302, LogLevel.Error, "The upkeep of rate limits failed; it is tried again in a second.")]
    public static partial void UpkeepFailed(this ILogger logger, Exception exception);
}
