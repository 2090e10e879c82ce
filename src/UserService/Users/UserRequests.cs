using System.ComponentModel.DataAnnotations;
using UserService.Http;
using UserService.Passwords;

namespace UserService.Users;

/// <summary>What is left out stays; an empty user name or display name is removed.</summary>
/// <param name="CurrentPassword">Needed to change one's own e-mail address.</param>
/// <param name="Code">Needed for it too where the account has a second factor: this or <paramref name="RecoveryCode"/>.</param>
internal sealed record ChangeUserRequest(
    string? Email, string? UserName, string? DisplayName, string? CurrentPassword, string? Code = null, string? RecoveryCode = null)
{
    public ProofRequest ToProof() => new(CurrentPassword, Code, RecoveryCode);

    /// <summary>The names of what is given.</summary>
    public string Fields() => string.Join(' ', new[]
    {
        Email is null ? null : "email", UserName is null ? null : "userName", DisplayName is null ? null : "displayName",
    }.OfType<string>());

    public override string ToString() => nameof(ChangeUserRequest);
}

/// <summary>All roles that the account is to have; an empty list takes all away.</summary>
internal sealed record ChangeRolesRequest([property: Required] IReadOnlyList<string>? Roles)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(Roles is null, "roles", "The roles are required; an empty list takes all away.");
        errors.When(
            Roles?.Any(role => !AccountRoles.Known.Contains(role, StringComparer.Ordinal)) == true,
            "roles", $"The roles are {string.Join(", ", AccountRoles.Known)}; there are no others.");
        return errors;
    }
}

/// <param name="Code">Where the account has a second factor: this or <paramref name="RecoveryCode"/>.</param>
internal sealed record ChangePasswordRequest(
    [property: Required] string? CurrentPassword, [property: Required] string? NewPassword, string? Code = null, string? RecoveryCode = null)
{
    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        errors.When(string.IsNullOrEmpty(CurrentPassword), "currentPassword", "The current password is required.");
        errors.When(string.IsNullOrEmpty(NewPassword), "newPassword", "The new password is required.");
        errors.When(NewPassword?.Length > AccountPasswords.MaxLength, "newPassword", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
        return errors;
    }

    public ProofRequest ToProof() => new(CurrentPassword, Code, RecoveryCode);

    public override string ToString() => nameof(ChangePasswordRequest);
}
