using System.ComponentModel.DataAnnotations;
using UserService.Http;
using UserService.Passwords;

namespace UserService.TwoFactor;

internal sealed record BeginTwoFactorRequest([property: Required] string? CurrentPassword)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.WhenNotGiven(CurrentPassword);
        return errors;
    }

    /// <summary>Keeps the password out of whatever prints records; so do those below.</summary>
    public override string ToString() => nameof(BeginTwoFactorRequest);
}

/// <param name="Code">The six digits that the app shows.</param>
internal sealed record ConfirmTwoFactorRequest([property: Required] string? Code)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrEmpty(Code), "code", "The code is required: the six digits that the app shows.");
        return errors;
    }

    public override string ToString() => nameof(ConfirmTwoFactorRequest);
}

/// <param name="Code">This or <paramref name="RecoveryCode"/>.</param>
/// <param name="RecoveryCode">For whoever has lost the app.</param>
internal sealed record ChangeTwoFactorRequest([property: Required] string? CurrentPassword, string? Code, string? RecoveryCode)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.WhenNotGiven(CurrentPassword);
        errors.WhenNotOneOf(Code, RecoveryCode);
        return errors;
    }

    public ProofRequest ToProof() => new(CurrentPassword, Code, RecoveryCode);

    public override string ToString() => nameof(ChangeTwoFactorRequest);
}

/// <param name="Ticket">From the answer to the password.</param>
/// <param name="Code">This or <paramref name="RecoveryCode"/>.</param>
internal sealed record SecondFactorRequest([property: Required] string? Ticket, string? Code, string? RecoveryCode)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrEmpty(Ticket), "ticket", "The ticket is required: the answer to the password carries it.");
        errors.WhenNotOneOf(Code, RecoveryCode);
        return errors;
    }

    public override string ToString() => nameof(SecondFactorRequest);
}

internal static class TwoFactorRules
{
    public const int LongestCode = 32;

    public static void WhenNotGiven(this ValidationErrors errors, string? currentPassword)
    {
        errors.When(string.IsNullOrEmpty(currentPassword), "currentPassword", "The current password is required.");
        errors.When(
            currentPassword?.Length > AccountPasswords.MaxLength, "currentPassword", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
    }

    public static void WhenNotOneOf(this ValidationErrors errors, string? code, string? recoveryCode)
    {
        errors.When(code is null == recoveryCode is null, "code", "Give either code or recoveryCode.");
        errors.When(code is { Length: 0 or > LongestCode }, "code", "This is not a code: an authenticator app shows six digits.");
        errors.When(recoveryCode is { Length: 0 or > LongestCode }, "recoveryCode", "This is not a recovery code.");
    }
}
