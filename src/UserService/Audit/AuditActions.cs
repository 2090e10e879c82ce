namespace UserService.Audit;

/// <summary>What is recorded: a noun and what happened to it.</summary>
internal static class AuditActions
{
    public const string AccountCreated = "account.created";
    public const string AccountChanged = "account.changed";
    public const string AccountDeleted = "account.deleted";
    public const string AccountErased = "account.erased";
    public const string AccountExported = "account.exported";
    public const string RolesChanged = "account.roles-changed";
    public const string PasswordChanged = "password.changed";
    public const string PasswordReset = "password.reset";
    public const string EmailConfirmed = "email.confirmed";
    public const string SessionStarted = "session.started";
    public const string SessionEnded = "session.ended";
    public const string SessionsEnded = "session.all-ended";
    public const string TokenReused = "session.token-reused";
    public const string TokensRevoked = "token.revoked";
    public const string TwoFactorTurnedOn = "two-factor.turned-on";
    public const string TwoFactorTurnedOff = "two-factor.turned-off";
    public const string SecondFactorRefused = "two-factor.refused";
    public const string RecoveryCodeUsed = "two-factor.recovery-code-used";
    public const string RecoveryCodesReplaced = "two-factor.recovery-codes-replaced";
    public const string SigningKeysRotated = "signing-keys.rotated";
    public const string SigningKeysWithdrawn = "signing-keys.withdrawn";
}
