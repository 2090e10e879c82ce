namespace UserService.Tokens;

internal static partial class TokensLog
{
    [LoggerMessage(2201, LogLevel.Error, "A signing key in Redis could not be opened: it was sealed with another Sealing:Key.")]
    public static partial void SigningKeyNotOpened(this ILogger logger);

    [LoggerMessage(2202, LogLevel.Error, "The key ring in Redis could not be read; keys that are known stay in use.")]
    public static partial void KeyRingNotRead(this ILogger logger, Exception exception);
}
