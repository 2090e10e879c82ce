namespace PrivacyService.Vault;

internal static partial class VaultLog
{
    [LoggerMessage(4001, LogLevel.Error, "A stored value did not open: it was altered in Redis, or the sealing key was replaced.")]
    public static partial void StoredValueRefused(this ILogger logger);
}
