namespace UserService.Audit;

/// <summary>Whether what was tried was done.</summary>
internal enum AuditOutcome
{
    Success,
    Refused,
}
