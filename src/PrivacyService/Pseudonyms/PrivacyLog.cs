namespace PrivacyService.Pseudonyms;

internal static partial class PrivacyLog
{
    [LoggerMessage(4001, LogLevel.Error, "A stored value did not open: it was altered in Redis, or the sealing key was replaced.")]
    public static partial void StoredValueRefused(this ILogger logger);
}
