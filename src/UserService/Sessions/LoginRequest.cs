using System.ComponentModel.DataAnnotations;
using UserService.Http;
using UserService.Passwords;
using UserService.TwoFactor;
using UserService.Users;

namespace UserService.Sessions;

/// <param name="Email">This or <paramref name="UserName"/>.</param>
/// <param name="UserName">This or <paramref name="Email"/>.</param>
/// <param name="Code">Of the authenticator app, to be asked for no ticket, and not to wait for what strangers have guessed.</param>
/// <param name="DeviceName">What the session is to be called in the list of sessions.</param>
internal sealed record LoginRequest(
    string? Email, string? UserName, [property: Required] string? Password, string? Code, string? DeviceName)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(Email is null == UserName is null, "email", "Give either email or userName.");
        errors.When(Email is { Length: 0 or > UserNameValidator.MaxEmailLength }, "email", "This is not an e-mail address.");
        errors.When(UserName is { Length: 0 or > UserNameValidator.MaxUserNameLength }, "userName", "This is not a user name.");
        errors.When(Password is not { Length: > 0 }, "password", "The password is required.");
        errors.When(Password?.Length > AccountPasswords.MaxLength, "password", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
        errors.When(Code is { Length: 0 or > TwoFactorRules.LongestCode }, "code", "This is not a code: an authenticator app shows six digits.");
        errors.When(
            DeviceName is { } name && (name.Length > Device.MaxNameLength || name.Any(char.IsControl)),
            "deviceName", $"Device names have at most {Device.MaxNameLength} characters, none of them a control character.");
        return errors;
    }

    /// <summary>Keeps the password out of whatever prints records.</summary>
    public override string ToString() => nameof(LoginRequest);
}

internal sealed record RefreshRequest([property: Required] string? RefreshToken)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(RefreshToken is null, "refreshToken", "The refresh token is required: the one from the last sign-in or refresh.");
        return errors;
    }

    public override string ToString() => nameof(RefreshRequest);
}
