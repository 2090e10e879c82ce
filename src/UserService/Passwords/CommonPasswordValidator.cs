using Microsoft.AspNetCore.Identity;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>Refuses the passwords that somebody who guesses tries first: the common ones, and those made of what is known of the account.</summary>
internal sealed class CommonPasswordValidator : IPasswordValidator<User>
{
    /// <summary>Shorter names are part of too many words.</summary>
    private const int ShortestName = 4;

    private const string Advice = "Choose several words that do not belong together, or let a password manager choose.";

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        if (password is null or { Length: > AccountPasswords.MaxLength })
        {
            return Task.FromResult(IdentityResult.Success);
        }

        if (CommonPasswords.Contains(password))
        {
            return Failed("PasswordTooCommon", $"This password is one of the first that are tried. {Advice}");
        }

        var userName = user.HasChosenUserName ? user.UserName : null;
        return HasInside(password, user.Email) || HasInside(password, userName)
            || IsWeakWithout(password, user.Email?.Split('@')[0]) || IsWeakWithout(password, user.DisplayName)
            ? Failed("PasswordContainsName", $"The password is made of the e-mail address or a name of the account. {Advice}")
            : Task.FromResult(IdentityResult.Success);
    }

    private static bool HasInside(string password, string? name) =>
        string.Equals(name, password, StringComparison.OrdinalIgnoreCase)
        || (name is { Length: >= ShortestName } && password.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A name like <c>admin</c> may be one word of many, but counts for nothing: the rest must be a password by itself.</summary>
    private static bool IsWeakWithout(string password, string? name)
    {
        if (!HasInside(password, name))
        {
            return false;
        }

        var rest = password.Replace(name!, "", StringComparison.OrdinalIgnoreCase);
        return rest.Length < AccountPasswords.MinLength || CommonPasswords.Contains(rest);
    }

    private static Task<IdentityResult> Failed(string code, string description) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = description }));
}
