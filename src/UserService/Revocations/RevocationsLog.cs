namespace UserService.Revocations;

internal static partial class RevocationsLog
{
    [LoggerMessage(5920, LogLevel.Warning, "An administrator revoked everybody's access tokens, those of services too; whoever can refresh or has a secret gets new ones.")]
    public static partial void EverybodyRevoked(this ILogger logger);
}
