namespace UserService.TwoFactor;

internal static partial class TwoFactorLog
{
    [LoggerMessage(5801, LogLevel.Information, "A second factor was turned on and the other sessions of its account ended.")]
    public static partial void TwoFactorTurnedOn(this ILogger logger);

    [LoggerMessage(5802, LogLevel.Information, "A second factor was turned off.")]
    public static partial void TwoFactorTurnedOff(this ILogger logger);

    [LoggerMessage(5803, LogLevel.Information, "A recovery code was used.")]
    public static partial void RecoveryCodeUsed(this ILogger logger);

    [LoggerMessage(5804, LogLevel.Warning, "A right password was followed by too many wrong codes; the sign-in was given up.")]
    public static partial void SecondFactorGuessed(this ILogger logger);
}
