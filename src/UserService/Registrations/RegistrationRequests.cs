using UserService.Http;
using UserService.Passwords;

namespace UserService.Registrations;

internal sealed record RegisterRequest(string? Email, string? UserName, string? Password, string? DisplayName)
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
