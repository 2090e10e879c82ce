using System.Text;
using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Lockout;
using UserService.Mail;
using UserService.OneUse;
using UserService.Outbox;
using UserService.Passwords;
using UserService.Sessions;
using UserService.Users;

namespace UserService.PasswordResets;

/// <summary>Gives people who forgot their password another. Who asks learns nothing; who reads the account's mail gets in.</summary>
internal sealed class PasswordResetter(
    UserManager<User> users, AccountPasswords passwords, AccountCodec codec, OneUseTokens tokens, SessionStore sessions, Attempts attempts, MailDesk mail, AuditTrail audit)
{
    public Task RequestAsync(string email, CancellationToken cancellationToken) =>
        mail.LeaveAsync(new MailErrand.PasswordReset(email, mail.Asker), email, cancellationToken);

    /// <returns>Null when the token is good for nothing (any more).</returns>
    public async Task<IdentityResult?> ConfirmAsync(string token, string newPassword, Device device, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(OneUsePurpose.PasswordReset, token, cancellationToken) is not { } found
            || await users.FindByIdAsync(found.Subject) is not { } user)
        {
            return null;
        }

        // Sent to an address that is not the account's any more: it proves nothing.
        var provenEmail = Encoding.UTF8.GetString(found.Content);
        if (codec.IsAnother(user, provenEmail))
        {
            return null;
        }

        // A password that is refused leaves the token good for a better one.
        if (await passwords.ValidateAsync(user, newPassword) is { Count: > 0 } errors)
        {
            return IdentityResult.Failed([.. errors]);
        }

        var hash = await passwords.HashAsync(user, newPassword, cancellationToken);
        if (await tokens.UseAsync(OneUsePurpose.PasswordReset, token, cancellationToken) is null)
        {
            return null;
        }

        // All sessions and tokens, before, so that none outlives a crash; those that begin in between end with the old security stamp.
        await sessions.EndAllAsync(user.Id, cancellationToken);
        var moved = false;
        var stored = await users.ChangeAsync(user, account =>
        {
            moved = codec.IsAnother(account, provenEmail);
            if (moved)
            {
                return;
            }

            account.PasswordHash = hash;
            account.SecurityStamp = AccountChanges.NewSecurityStamp();
            account.EmailConfirmed |= account.Email == provenEmail;
        });
        if (moved || !stored.Succeeded)
        {
            return moved ? null : stored;
        }

        // From here on not given up with the request: it may be an attacker's, who hangs up so that the owner is not told.
        await sessions.EndAllAsync(user.Id, CancellationToken.None);
        if (!user.TwoFactorEnabled)
        {
            // Who has a second factor has not proved everything yet: a mailbox must not buy more guesses at the codes.
            await attempts.SucceedAsync(user, device, CancellationToken.None);
        }

        await audit.RecordAsync(AuditActions.PasswordReset, AuditOutcome.Success, user.Id);
        await mail.TellAsync(user.Id, SecurityNotice.PasswordChanged, new MailErrand.PasswordChanged(user.Id, mail.Asker));
        return stored;
    }
}
