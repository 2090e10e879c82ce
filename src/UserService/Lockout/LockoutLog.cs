namespace UserService.Lockout;

internal static partial class LockoutLog
{
    [LoggerMessage(5701, LogLevel.Information, "An attempt to sign in or to confirm was put off; the next is due in {Seconds} s.")]
    public static partial void AttemptPutOff(this ILogger logger, long seconds);
}
