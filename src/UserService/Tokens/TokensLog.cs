namespace UserService.Tokens;

internal static partial class TokensLog
{
    [LoggerMessage(2201, LogLevel.Error, "A signing key in Redis could not be opened: it was sealed with another Sealing:Key.")]
    public static partial void SigningKeyNotOpened(this ILogger logger);
}
