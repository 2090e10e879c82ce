using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Platform.Contracts;

namespace UserService.Users;

/// <summary>
/// Names and addresses that Identity's own validator lets through: too long, of control characters, or in the form of another account's id.
/// </summary>
internal sealed class UserNameValidator : IUserValidator<User>
{
    public const int MinUserNameLength = 3;
    public const int MaxUserNameLength = 64;
    public const int MaxDisplayNameLength = 100;

    /// <summary>The longest address that can be delivered to (RFC 5321, section 4.5.3.1.3).</summary>
    public const int MaxEmailLength = 254;

    private static readonly EmailAddressAttribute Address = new();
    private static readonly SearchValues<char> NotInEmail = SearchValues.Create(" \t\r\n\0<>()[],;:\\\"");

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user)
    {
        var errors = new List<IdentityError>();
        if (user.Email is not { Length: <= MaxEmailLength } email || !Address.IsValid(email) || email.AsSpan().ContainsAny(NotInEmail) || email.Any(char.IsControl))
        {
            errors.Add(new IdentityError { Code = "InvalidEmail", Description = "This is not an e-mail address that can be written to." });
        }

        if (user.HasChosenUserName
            && (user.UserName!.Length is < MinUserNameLength or > MaxUserNameLength || PlatformId.IsValid(user.UserName, User.IdPrefix)))
        {
            errors.Add(new IdentityError
            {
                Code = "InvalidUserName",
                Description = $"User names have {MinUserNameLength} to {MaxUserNameLength} characters and do not look like an account's id.",
            });
        }

        if (user.DisplayName is { } displayName && (displayName.Length > MaxDisplayNameLength || displayName.Any(char.IsControl)))
        {
            errors.Add(new IdentityError
            {
                Code = "InvalidDisplayName",
                Description = $"Display names have at most {MaxDisplayNameLength} characters, none of them a control character.",
            });
        }

        return Task.FromResult(errors.Count == 0 ? IdentityResult.Success : IdentityResult.Failed([.. errors]));
    }
}
