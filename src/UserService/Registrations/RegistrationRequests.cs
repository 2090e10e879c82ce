using System.ComponentModel.DataAnnotations;
using UserService.Http;
using UserService.Passwords;

namespace UserService.Registrations;

internal sealed record RegisterRequest(
    [property: Required] string? Email, string? UserName, [property: Required] string? Password, string? DisplayName)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrWhiteSpace(Email), "email", "The e-mail address is required.");
        errors.When(string.IsNullOrEmpty(Password), "password", "The password is required.");
        errors.When(Password?.Length > AccountPasswords.MaxLength, "password", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
        return errors;
    }

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(RegisterRequest);
}

/// <param name="Token">From the e-mail.</param>
/// <param name="Password">The one that was registered with.</param>
internal sealed record ConfirmRegistrationRequest([property: Required] string? Token, [property: Required] string? Password)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrEmpty(Token), "token", "The token is required; it is in the e-mail.");
        errors.When(string.IsNullOrEmpty(Password), "password", "The password is required: the one that you registered with.");
        return errors;
    }

    public override string ToString() => nameof(ConfirmRegistrationRequest);
}
