using System.ComponentModel.DataAnnotations;
using UserService.Http;
using UserService.Passwords;
using UserService.Users;

namespace UserService.PasswordResets;

internal sealed record PasswordResetRequest([property: Required] string? Email)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrWhiteSpace(Email), "email", "The e-mail address is required.");
        errors.When(Email?.Length > UserNameValidator.MaxEmailLength, "email", "This is not an e-mail address.");
        return errors;
    }

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(PasswordResetRequest);
}

/// <param name="Token">From the e-mail.</param>
internal sealed record ConfirmPasswordResetRequest([property: Required] string? Token, [property: Required] string? NewPassword)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrEmpty(Token), "token", "The token is required; it is in the e-mail.");
        errors.When(string.IsNullOrEmpty(NewPassword), "newPassword", "The new password is required.");
        errors.When(NewPassword?.Length > AccountPasswords.MaxLength, "newPassword", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
        return errors;
    }

    public override string ToString() => nameof(ConfirmPasswordResetRequest);
}
