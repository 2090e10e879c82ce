using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace UserService.Users;

internal static class AccountChanges
{
    private const int MostRounds = 5;
    private const int StampLength = 20;

    /// <summary>
    /// Changes an account, on top of whatever somebody else changed meanwhile. For what has been decided and cannot be asked for again, such as what
    /// was paid for with a token that is used up.
    /// </summary>
    public static async Task<IdentityResult> ChangeAsync(this UserManager<User> users, User user, Action<User> change)
    {
        for (var round = 1; ; round++)
        {
            change(user);
            var result = await users.UpdateAsync(user);
            if (result.Succeeded || round == MostRounds
                || result.Errors.All(error => error.Code != nameof(IdentityErrorDescriber.ConcurrencyFailure))
                || await users.FindByIdAsync(user.Id) is not { } current)
            {
                return result;
            }

            user = current;
        }
    }

    /// <summary>With another stamp, all sessions are over.</summary>
    public static string NewSecurityStamp() => Convert.ToHexString(RandomNumberGenerator.GetBytes(StampLength));
}
