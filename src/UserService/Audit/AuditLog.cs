namespace UserService.Audit;

internal static partial class AuditLog
{
    [LoggerMessage(5500, LogLevel.Warning, "{Action} ({Outcome}) could not be written to the audit trail, since Redis is away.")]
    public static partial void AuditNotWritten(this ILogger logger, string action, AuditOutcome outcome);
}
