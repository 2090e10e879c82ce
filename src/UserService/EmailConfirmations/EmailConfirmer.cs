using System.Text;
using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Lockout;
using UserService.Mail;
using UserService.OneUse;
using UserService.Outbox;
using UserService.Users;

namespace UserService.EmailConfirmations;

/// <summary>Finds out whether an address is read by the owner of an account, and only then makes it the account's.</summary>
internal sealed class EmailConfirmer(
    UserManager<User> users, AccountCodec codec, OneUseTokens tokens, Attempts attempts, MailDesk mail, AuditTrail audit)
{
    /// <param name="user">Whose address it is to be.</param>
    /// <param name="email">The address that the account has, or another that it is to have.</param>
    /// <param name="asker">The id of who asks: the owner, or an administrator.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RequestAsync(User user, string email, string asker, CancellationToken cancellationToken) =>
        mail.LeaveAsync(new MailErrand.EmailConfirmation(user.Id, email, AccountCodec.SecurityDigest(user)), email, cancellationToken, asker);

    /// <returns>False when the token is good for nothing (any more), or another account has taken the address.</returns>
    public async Task<bool> ConfirmAsync(string? token, CancellationToken cancellationToken)
    {
        if (await tokens.UseAsync(OneUsePurpose.EmailConfirmation, token, cancellationToken) is not { } used
            || await users.FindByIdAsync(used.Subject) is not { } user)
        {
            return false;
        }

        var email = Encoding.UTF8.GetString(used.Content);
        var former = user.Email!;
        var changes = codec.IsAnother(user, email);
        var names = attempts.PartitionsOf(user);
        if (!(await users.ChangeAsync(user, account => (account.Email, account.EmailConfirmed) = (email, true))).Succeeded)
        {
            return false;
        }

        await audit.RecordAsync(AuditActions.EmailConfirmed, AuditOutcome.Success, user.Id, changes ? "changed" : null);
        if (changes)
        {
            // Not given up with the request: it may be an attacker's, who hangs up so that the former address is not told.
            await attempts.CarryAsync(names, user, CancellationToken.None);
            await AfterChangeAsync(user, former);
        }

        return true;
    }

    /// <summary>What was sent to the former address is worth nothing any more, and whoever reads it is told.</summary>
    public async Task AfterChangeAsync(User user, string formerEmail)
    {
        await tokens.DiscardAsync(user.Id, CancellationToken.None);
        await mail.TellAsync(user.Id, SecurityNotice.EmailChanged, new MailErrand.EmailChanged(formerEmail));
    }
}
