using Microsoft.AspNetCore.Identity;

namespace UserService.Users;

/// <summary>Identity's errors where its own words do not say what to change.</summary>
internal sealed class AccountErrors : IdentityErrorDescriber
{
    /// <summary>Without @, so that a name is never taken for an address.</summary>
    public const string UserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    public override IdentityError InvalidUserName(string? userName) => new()
    {
        Code = nameof(InvalidUserName), Description = "User names consist of the letters A to Z and a to z, the digits 0 to 9, and - . _ (no spaces, no @).",
    };
}
