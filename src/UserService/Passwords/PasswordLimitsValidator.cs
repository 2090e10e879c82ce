using Microsoft.AspNetCore.Identity;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>What Identity's own validator does not look at: an upper limit, NUL, and passwords that everybody who knows the person knows.</summary>
internal sealed class PasswordLimitsValidator : IPasswordValidator<User>
{
    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        if (password is null || password.Length > AccountPasswords.MaxLength)
        {
            return Failed("PasswordTooLong", $"Passwords have at most {AccountPasswords.MaxLength} characters.");
        }

        if (password.Contains('\0', StringComparison.Ordinal))
        {
            return Failed("PasswordContainsNul", "Passwords cannot contain the character U+0000.");
        }

        return IsName(user.Email) || IsName(user.DisplayName) || (user.HasChosenUserName && IsName(user.UserName))
            ? Failed("PasswordIsName", "The password cannot be the e-mail address or a name of the account.")
            : Task.FromResult(IdentityResult.Success);

        bool IsName(string? name) => string.Equals(name, password, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<IdentityResult> Failed(string code, string description) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = description }));
}
