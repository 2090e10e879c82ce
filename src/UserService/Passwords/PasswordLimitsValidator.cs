using Microsoft.AspNetCore.Identity;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>What Identity's own validator does not look at: an upper limit, and NUL.</summary>
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

        return Task.FromResult(IdentityResult.Success);
    }

    private static Task<IdentityResult> Failed(string code, string description) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = description }));
}
