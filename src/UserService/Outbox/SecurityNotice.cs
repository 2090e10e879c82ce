namespace UserService.Outbox;

/// <summary>What people are told about the security of their account.</summary>
/// <param name="Category">What it is about; all begin with <c>security.</c></param>
/// <param name="Title">One line.</param>
/// <param name="Body">What happened and what to do.</param>
internal sealed record SecurityNotice(string Category, string Title, string Body)
{
    public static readonly SecurityNotice RefreshTokenReused = new(
        "security.token-reused",
        "A session was ended because its token was used twice",
        "Somebody used a token that had been used before, which happens when it was copied. The session has ended, on that device and wherever "
        + "else it was used. Sign in again there. If you do not know why this happened, change your password.");

    public static readonly SecurityNotice PasswordChanged = new(
        "security.password-changed",
        "Your password was changed",
        "All other sessions have ended. If it was not you, reset your password now.");

    public static readonly SecurityNotice TwoFactorTurnedOn = new(
        "security.two-factor-on",
        "A second factor was turned on",
        "From now on signing in asks for a code. All other sessions have ended. If it was not you, reset your password and write to an administrator.");

    public static readonly SecurityNotice TwoFactorTurnedOff = new(
        "security.two-factor-off",
        "The second factor was turned off",
        "From now on the password is enough to sign in. If it was not you, and no administrator did it for you, reset your password now.");

    public static readonly SecurityNotice RecoveryCodeUsed = new(
        "security.recovery-code-used",
        "A recovery code was used",
        "Each is good once. If few are left, make new ones. If it was not you, change your password and make new ones now.");

    public static readonly SecurityNotice SecondFactorGuessed = new(
        "security.second-factor-guessed",
        "Somebody knew your password, but not the code",
        "A sign-in with the right password was given up after several wrong codes. If it was not you, change your password now.");

    public static readonly SecurityNotice EmailChanged = new(
        "security.email-changed",
        "The e-mail address of your account was changed",
        "What is sent from now on goes to the new one. If it was not you, and no administrator did it for you, change your password now, and the address back.");
}
