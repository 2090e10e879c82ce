using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using UserService.Audit;
using UserService.EmailConfirmations;
using UserService.Lockout;
using UserService.Mail;
using UserService.Outbox;
using UserService.Passwords;
using UserService.Registrations;
using UserService.Revocations;
using UserService.Sessions;

namespace UserService.Users;

/// <summary>What can be done with an account, on Identity's <see cref="UserManager{TUser}"/>; hashing is left to the password workers.</summary>
internal sealed class Accounts(
    UserManager<User> users, AccountPasswords passwords, PasswordConfirmation confirmation, Attempts attempts, SecurityChange security,
    AccountRoles roles, Revoker revoker, EmailConfirmer emails, AuditTrail audit, MailDesk mail, IOptions<RegistrationOptions> registration,
    ILogger<Accounts> logger)
{
    public async Task<IdentityResult> RegisterAsync(User user, string password, CancellationToken cancellationToken)
    {
        var errors = await passwords.ValidateAsync(user, password);
        if (errors.Count > 0)
        {
            // Name everything that is wrong at once, before the expensive part.
            var others = await ValidateAsync(user);
            return IdentityResult.Failed([.. errors, .. others]);
        }

        user.PasswordHash = await passwords.HashAsync(user, password, cancellationToken);
        var result = await users.CreateAsync(user);
        if (result.Succeeded)
        {
            logger.AccountCreated();
            await audit.RecordAsync(AuditActions.AccountCreated, AuditOutcome.Success, user.Id);
        }

        return result;
    }

    /// <summary>Where addresses are confirmed, the account keeps the one that it has until the new one is; the rest changes at once.</summary>
    /// <param name="asker">
    /// The id of who asks: the owner, who proves again that it is them, or an administrator, who cannot know the owner's password and has signed in
    /// just now.
    /// </param>
    public async Task<IdentityResult> ChangeAsync(User user, ChangeUserRequest change, string asker, CancellationToken cancellationToken)
    {
        var (former, confirmed) = (user.Email!, user.EmailConfirmed);
        var email = change.Email?.Trim() ?? former;
        var moves = !string.Equals(email, former, StringComparison.Ordinal);

        // Whoever controls the address controls the account, so a borrowed access token is not enough.
        if (moves && asker == user.Id
            && await confirmation.ConfirmAsync(user, change.ToProof(), AuditActions.AccountChanged, cancellationToken) is { Succeeded: false } wrong)
        {
            return wrong;
        }

        var names = attempts.PartitionsOf(user);
        var before = (user.UserName, user.DisplayName);
        user.UserName = change.UserName switch { null => user.UserName, "" => user.Id, var name => name };
        user.DisplayName = change.DisplayName switch { null => user.DisplayName, "" => null, var name => name };
        if (!moves && before == (user.UserName, user.DisplayName))
        {
            return IdentityResult.Success;
        }

        var waits = moves && registration.Value.Confirms;
        if (moves)
        {
            (user.Email, user.EmailConfirmed) = (email, false);
        }

        if (waits)
        {
            if (await ValidateAsync(user) is { Count: > 0 } errors)
            {
                return IdentityResult.Failed([.. errors]);
            }

            (user.Email, user.EmailConfirmed) = (former, confirmed);
        }

        var result = await users.UpdateAsync(user);
        if (!result.Succeeded)
        {
            return result;
        }

        // Not given up with the request: it may be an attacker's, who hangs up so that the owner is not told.
        await attempts.CarryAsync(names, user, CancellationToken.None);
        await audit.RecordAsync(AuditActions.AccountChanged, AuditOutcome.Success, user.Id, change.Fields());
        if (moves)
        {
            await (waits ? emails.RequestAsync(user, email, asker, cancellationToken) : emails.AfterChangeAsync(user, former));
        }

        return result;
    }

    /// <summary>Everything that is wrong with an account and its password, but for an address that is taken.</summary>
    public async Task<IReadOnlyList<IdentityError>> ValidateAsync(User user, string password)
    {
        var errors = await passwords.ValidateAsync(user, password);
        return [.. errors, .. await ValidateAsync(user)];
    }

    /// <summary>The session that asks stays signed in, all others end.</summary>
    public async Task<IdentityResult> ChangePasswordAsync(
        User user, string sessionId, ChangePasswordRequest change, CancellationToken cancellationToken)
    {
        if (await confirmation.ConfirmAsync(user, change.ToProof(), AuditActions.PasswordChanged, cancellationToken) is { Succeeded: false } wrong)
        {
            return wrong;
        }

        var newPassword = change.NewPassword!;
        if (await passwords.ValidateAsync(user, newPassword) is { Count: > 0 } errors)
        {
            return IdentityResult.Failed([.. errors]);
        }

        user.PasswordHash = await passwords.HashAsync(user, newPassword, cancellationToken);

        // Stores hash and new stamp in one step.
        var result = await security.StoreAsync(user, sessionId, () => users.UpdateSecurityStampAsync(user), cancellationToken);
        if (result.Succeeded)
        {
            logger.PasswordChanged();
            await audit.RecordAsync(AuditActions.PasswordChanged, AuditOutcome.Success, user.Id);
            await mail.TellAsync(
                user.Id, SecurityNotice.PasswordChanged,
                new MailErrand.PasswordChanged(user.Id, mail.Asker, await mail.DeviceNameAsync()));
        }

        return result;
    }

    /// <param name="proof">That it is the owner who asks; null where an administrator does.</param>
    public async Task<IdentityResult> DeleteAsync(User user, ProofRequest? proof, CancellationToken cancellationToken)
    {
        if (proof is not null
            && await confirmation.ConfirmAsync(user, proof, AuditActions.AccountDeleted, cancellationToken) is { Succeeded: false } wrong)
        {
            return wrong;
        }

        if (!await roles.MayGoAsync(user, cancellationToken))
        {
            return IdentityResult.Failed(AccountRoles.LastAdministrator);
        }

        // Before, so that no token outlives a crash, and after, so that none was issued between.
        await revoker.RevokeSubjectAsync(user.Id, cancellationToken);
        var result = await users.DeleteAsync(user);
        if (result.Succeeded)
        {
            await revoker.RevokeSubjectAsync(user.Id, CancellationToken.None);
            await attempts.ForgetAsync(user, CancellationToken.None);
            logger.AccountDeleted();
            await audit.RecordAsync(AuditActions.AccountDeleted, AuditOutcome.Success, user.Id);
        }
        else
        {
            await roles.ListAsync(user, cancellationToken);
        }

        return result;
    }

    private async Task<IReadOnlyList<IdentityError>> ValidateAsync(User user)
    {
        var errors = new List<IdentityError>();
        foreach (var validator in users.UserValidators)
        {
            errors.AddRange((await validator.ValidateAsync(users, user)).Errors);
        }

        return errors;
    }
}
