using Microsoft.AspNetCore.Identity;
using UserService.Lockout;
using UserService.TwoFactor;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>Asks somebody who is signed in to prove it again: a borrowed access token is not enough for everything.</summary>
internal sealed class PasswordConfirmation(AccountPasswords passwords, SecondFactor secondFactor, Attempts attempts)
{
    public static readonly IdentityError WrongPassword = new() { Code = "PasswordMismatch", Description = "The current password is wrong." };

    public static readonly IdentityError WrongCode = new()
    {
        Code = nameof(WrongCode), Description = "The code is wrong, or was used before. Wait for the next one.",
    };

    /// <summary>The password alone, of somebody who has no second factor.</summary>
    public Task<IdentityResult> ConfirmAsync(User user, string password, CancellationToken cancellationToken) =>
        ConfirmAsync(user, password, () => Task.FromResult(true), cancellationToken);

    /// <summary>The password and, where the account has one, the second factor. Only both together end the count of failures.</summary>
    public Task<IdentityResult> ConfirmAsync(
        User user, string password, string? code, string? recoveryCode, CancellationToken cancellationToken) =>
        ConfirmAsync(
            user, password, () => user.TwoFactorEnabled ? secondFactor.VerifyAsync(user, code, recoveryCode) : Task.FromResult(true), cancellationToken);

    private async Task<IdentityResult> ConfirmAsync(
        User user, string password, Func<Task<bool>> verifySecondFactor, CancellationToken cancellationToken)
    {
        var attempt = Attempt.OfSignedIn(user.Id);
        var result = await attempts.MakeAsync(
            attempt,
            async () =>
            {
                var right = AccountPasswords.IsPossible(password)
                    && await passwords.VerifyAsync(user, password, cancellationToken) != PasswordVerificationResult.Failed;
                return !right ? IdentityResult.Failed(WrongPassword)
                    : await verifySecondFactor() ? IdentityResult.Success : IdentityResult.Failed(WrongCode);
            },
            cancellationToken);
        if (result.Succeeded)
        {
            await attempts.SucceedAsync(attempt, cancellationToken);
        }

        return result;
    }
}
