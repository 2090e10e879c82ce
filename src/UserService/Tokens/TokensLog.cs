namespace UserService.Tokens;

internal static partial class TokensLog
{
    [LoggerMessage(5201, LogLevel.Error, "A signing key in Redis could not be opened: it was sealed with another Sealing:Key.")]
    public static partial void SigningKeyNotOpened(this ILogger logger);

    [LoggerMessage(5202, LogLevel.Error, "The key ring in Redis could not be read; keys that are known stay in use.")]
    public static partial void KeyRingNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(5203, LogLevel.Information, "The signing key was changed for the next one.")]
    public static partial void SigningKeyRotated(this ILogger logger);

    [LoggerMessage(5204, LogLevel.Warning, "All signing keys were withdrawn: every access token is void, and a new key signs.")]
    public static partial void SigningKeysWithdrawn(this ILogger logger);
}
