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
}
