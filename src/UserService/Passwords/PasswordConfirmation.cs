using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Lockout;
using UserService.TwoFactor;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>
/// Asks somebody who is signed in to prove it again: a borrowed access token is not enough for everything. What is missing is told before anything
/// is counted; what is wrong is counted.
/// </summary>
internal sealed class PasswordConfirmation(AccountPasswords passwords, SecondFactor secondFactor, Attempts attempts, AuditTrail audit)
{
    /// <summary>The password and, where the account has one, the second factor. Only both together end the count of failures.</summary>
    /// <param name="action">What it is for, one of <see cref="AuditActions"/>.</param>
    public async Task<IdentityResult> ConfirmAsync(User user, ProofRequest proof, string action, CancellationToken cancellationToken)
    {
        var missing = ProofErrors.Missing(proof, user.TwoFactorEnabled).ToArray();
        if (missing.Length > 0)
        {
            return IdentityResult.Failed(missing);
        }

        var attempt = Attempt.OfSignedIn(user.Id);
        var result = await attempts.MakeAsync(attempt, () => CheckAsync(user, proof, cancellationToken), cancellationToken);
        if (result.Succeeded)
        {
            await attempts.SucceedAsync(attempt, cancellationToken);
        }
        else
        {
            await audit.RecordAsync(action, AuditOutcome.Refused, user.Id, "not confirmed");
        }

        return result;
    }

    private async Task<IdentityResult> CheckAsync(User user, ProofRequest proof, CancellationToken cancellationToken)
    {
        var password = proof.CurrentPassword!;
        if (!AccountPasswords.IsPossible(password)
            || await passwords.VerifyAsync(user, password, cancellationToken) == PasswordVerificationResult.Failed)
        {
            return IdentityResult.Failed(ProofErrors.WrongPassword);
        }

        return !user.TwoFactorEnabled || await secondFactor.VerifyAsync(user, proof.Code, proof.RecoveryCode)
            ? IdentityResult.Success
            : IdentityResult.Failed(string.IsNullOrEmpty(proof.Code) ? ProofErrors.WrongRecoveryCode : ProofErrors.WrongCode);
    }
}
