using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Contracts.Mail;
using UserService.OneUse;
using UserService.Outbox;
using UserService.Registrations;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Mail;

/// <summary>
/// Runs errands: looks who has an account, issues the token, and leaves the e-mail in the outbox. Should the process end in between, the errand is run
/// again: at worst two e-mails arrive, and the token of each is good.
/// </summary>
internal sealed class MailErrands(
    UserManager<User> users, AccountCodec codec, OneUseTokens tokens, MailTexts texts, Outbox.Outbox outbox, IOptions<OneUseLifetimes> lifetimes)
{
    public Task RunAsync(MailErrand errand, CancellationToken cancellationToken) => errand switch
    {
        MailErrand.Registration registration => RegisterAsync(registration.Pending, cancellationToken),
        MailErrand.PasswordReset reset => ResetAsync(reset, cancellationToken),
        MailErrand.PasswordChanged changed => TellAsync(
            changed.UserId, user => MailTexts.PasswordChanged(By(user, changed.ChangedBy, changed.DeviceName)), cancellationToken),
        MailErrand.TwoFactorChanged changed => TellAsync(
            changed.UserId,
            user => MailTexts.TwoFactorChanged(changed.IsOn, changed.ChangedBy is { } seen ? By(user, seen, changed.DeviceName) : "an administrator"),
            cancellationToken),
        MailErrand.EmailConfirmation confirmation => ConfirmAsync(confirmation, cancellationToken),
        MailErrand.EmailChanged changed => SendAsync(changed.FormerEmail, MailTexts.EmailChanged(), cancellationToken),
        _ => throw new InvalidOperationException("There is no such errand."),
    };

    private async Task RegisterAsync(PendingRegistration registration, CancellationToken cancellationToken)
    {
        if (await users.FindByEmailAsync(registration.Email) is { } owner)
        {
            await SendAsync(owner.Email!, MailTexts.AlreadyRegistered(), cancellationToken);
            return;
        }

        var partition = codec.EmailPartition(users.NormalizeEmail(registration.Email)!);
        var token = await tokens.IssueAsync(
            OneUsePurpose.Registration, partition, registration.ToUtf8(), lifetimes.Value.Registration, cancellationToken);
        await SendAsync(registration.Email, texts.Registration(token), cancellationToken);
    }

    private async Task ResetAsync(MailErrand.PasswordReset reset, CancellationToken cancellationToken)
    {
        if (await users.FindByEmailAsync(reset.Email) is not { } user)
        {
            return;
        }

        // To the address of the account as it was registered, never as it was typed in: the two may be different mailboxes.
        var token = await tokens.IssueAsync(
            OneUsePurpose.PasswordReset, user, Encoding.UTF8.GetBytes(user.Email!), lifetimes.Value.PasswordReset, cancellationToken);
        await SendAsync(user.Email!, texts.PasswordReset(token, reset.AskedBy), cancellationToken);
    }

    private async Task ConfirmAsync(MailErrand.EmailConfirmation confirmation, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(confirmation.UserId) is not { } user || AccountCodec.SecurityDigest(user) != confirmation.Security)
        {
            return;
        }

        var changes = codec.IsAnother(user, confirmation.Email);
        if (changes && await users.FindByEmailAsync(confirmation.Email) is { } owner)
        {
            await SendAsync(owner.Email!, MailTexts.AlreadyRegistered(), cancellationToken);
        }
        else
        {
            var token = await tokens.IssueAsync(
                OneUsePurpose.EmailConfirmation, user, Encoding.UTF8.GetBytes(confirmation.Email), lifetimes.Value.EmailConfirmation, cancellationToken);
            await SendAsync(confirmation.Email, texts.ConfirmEmail(token), cancellationToken);
        }

        if (changes)
        {
            await SendAsync(user.Email!, MailTexts.EmailChangeAsked(), cancellationToken);
        }
    }

    private async Task TellAsync(string userId, Func<User, (string Subject, string Text)> content, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId) is { } user)
        {
            await SendAsync(user.Email!, content(user), cancellationToken);
        }
    }

    /// <summary>
    /// A device's name is its owner's own words, so it is sent to an address only that is known to be its owner's; and it may be a thief's who signed in.
    /// </summary>
    private static string By(User user, string seen, string? deviceName) =>
        !user.EmailConfirmed || deviceName is null || Device.Quotable(deviceName) is not { Length: > 0 } named || seen.StartsWith(named, StringComparison.Ordinal)
            ? seen
            : seen.StartsWith(Device.Unknown, StringComparison.Ordinal) ? $"\"{named}\"{seen[Device.Unknown.Length..]}" : $"\"{named}\", {seen}";

    private async Task SendAsync(string to, (string Subject, string Text) content, CancellationToken cancellationToken)
    {
        // The outbox gives the e-mail its dedupe key.
        var message = new OutboxMessage { Mail = new SendMailRequest(to, content.Subject, content.Text, DedupeKey: "") };
        if (!await outbox.SendAsync(message, cancellationToken))
        {
            throw new InvalidOperationException("The outbox is full; the errand is run again later.");
        }
    }
}
