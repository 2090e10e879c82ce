using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Lockout;
using UserService.Mail;
using UserService.OneUse;
using UserService.Passwords;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Registrations;

/// <summary>
/// Registers people whose address has to be confirmed first. Nothing is created until then: what they chose waits, sealed, behind the token that is sent
/// to the address. Both kinds of address, with and without an account, take the same way; see <see cref="MailErrand"/>.
/// </summary>
internal sealed class Registrar(
    UserManager<User> users, Accounts accounts, AccountPasswords passwords, Attempts attempts, OneUseTokens tokens, MailDesk mail, AuditTrail audit,
    IdentityErrorDescriber errors, ILogger<Registrar> logger)
{
    /// <returns>Success says that an e-mail is on its way to the address, not that it is free.</returns>
    public async Task<IdentityResult> RequestAsync(User user, string password, CancellationToken cancellationToken)
    {
        if (await accounts.ValidateAsync(user, password) is { Count: > 0 } wrong)
        {
            return IdentityResult.Failed([.. wrong]);
        }

        user.PasswordHash = await passwords.HashAsync(user, password, cancellationToken);
        await mail.LeaveAsync(new MailErrand.Registration(PendingRegistration.Of(user)), user.Email!, cancellationToken);
        return IdentityResult.Success;
    }

    /// <summary>
    /// The token proves who reads the mail, the password that it was they who registered: whoever registers somebody else's address must not get an
    /// account that its owner confirmed. Passwords are counted as at sign-in, and a wrong one leaves the token good;
    /// who reads the mail is no stranger, so what strangers guess at the address does not keep them out.
    /// </summary>
    /// <returns>
    /// The account; or what is wrong, which is nothing in particular where the token is good for nothing, the password is wrong or the address was
    /// taken meanwhile.
    /// </returns>
    public async Task<(User? Account, IdentityResult Result)> ConfirmAsync(
        string token, string password, Device device, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(OneUsePurpose.Registration, token, cancellationToken) is not { } found)
        {
            return (null, IdentityResult.Failed());
        }

        var user = PendingRegistration.FromUtf8(found.Content).ToUser();
        var right = await attempts.MakeAsync(
            attempts.OfSignIn(user.Email, null, device).Trusted(),
            async () => AccountPasswords.IsPossible(password)
                && await passwords.VerifyAsync(user, password, cancellationToken) != PasswordVerificationResult.Failed,
            cancellationToken);
        if (!right)
        {
            await audit.RecordAsync(AuditActions.AccountCreated, AuditOutcome.Refused, userId: null, "password");
            return (null, IdentityResult.Failed());
        }

        // A user name is public, and another can be chosen; so this is told, and the token stays good.
        if (user.HasChosenUserName && await users.FindByNameAsync(user.UserName!) is not null)
        {
            return (null, IdentityResult.Failed(errors.DuplicateUserName(user.UserName!)));
        }

        if (await tokens.UseAsync(OneUsePurpose.Registration, token, cancellationToken) is null)
        {
            return (null, IdentityResult.Failed());
        }

        var result = await users.CreateAsync(user);
        if (result.Succeeded)
        {
            logger.AccountCreated();
            await audit.RecordAsync(AuditActions.AccountCreated, AuditOutcome.Success, user.Id, "confirmed");
            await attempts.SucceedAsync(user, device, cancellationToken);
            return (user, result);
        }

        return (null, result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.DuplicateEmail)) ? IdentityResult.Failed() : result);
    }
}
