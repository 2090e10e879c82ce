using System.Globalization;
using Microsoft.Extensions.Options;
using UserService.Outbox;

namespace UserService.Mail;

/// <summary>
/// What the e-mails say. Nothing in them comes from whoever caused them, but for device and address as this service saw them, and
/// the name that the receiver gave the device: nobody can use them to
/// send words of their own to strangers.
/// </summary>
internal sealed class MailTexts(IOptions<MailLinkOptions> links, IOptions<OneUseLifetimes> lifetimes)
{
    public (string Subject, string Text) Registration(string token) => (
        "Finish your registration",
        $"""
        Welcome. To finish your registration, {MailLinkOptions.Of(links.Value.Registration, token)}

        You are asked for the password that you registered with. This works once, for {Words(lifetimes.Value.Registration)}. If you did not register, ignore this
        e-mail: there is no account without it. If you want one, register yourself: you get an e-mail of your own.
        """);

    public static (string Subject, string Text) AlreadyRegistered() => (
        "You already have an account",
        """
        Somebody wants to use this address for an account, but it belongs to yours already. If that was you, sign in, or reset your password if
        you have forgotten it.

        If it was not you, ignore this e-mail: nothing has changed.
        """);

    public (string Subject, string Text) PasswordReset(string token, string askedBy) => (
        "Reset your password",
        $"""
        Somebody asked to reset the password of your account: {askedBy}.

        If that was you, {MailLinkOptions.Of(links.Value.PasswordReset, token)}

        This works once, for {Words(lifetimes.Value.PasswordReset)}. If it was not you, ignore this e-mail: nothing has changed yet, and nothing will without it.
        """);

    public static (string Subject, string Text) PasswordChanged(string changedBy) => (
        "Your password was changed",
        $"""
        The password of your account was changed: {changedBy}.

        If that was not you, reset your password now: that ends all sessions.
        """);

    public static (string Subject, string Text) TwoFactorChanged(bool isOn, string changedBy)
    {
        var notice = isOn ? SecurityNotice.TwoFactorTurnedOn : SecurityNotice.TwoFactorTurnedOff;
        return (
            notice.Title,
            $"""
            {notice.Title} for your account: {changedBy}.

            {notice.Body}
            """);
    }

    public (string Subject, string Text) ConfirmEmail(string token) => (
        "Confirm your e-mail address",
        $"""
        To confirm that this is the e-mail address of your account, {MailLinkOptions.Of(links.Value.EmailConfirmation, token)}

        This works once, for {Words(lifetimes.Value.EmailConfirmation)}. If you did not ask for it, ignore this e-mail.
        """);

    /// <summary>To the address that an account still has.</summary>
    public static (string Subject, string Text) EmailChangeAsked() => (
        "Your e-mail address is about to change",
        """
        Somebody who knows your password, or an administrator, asked to change the e-mail address of your account. Nothing has changed yet: the new address has to be
        confirmed first.

        If that was not you, nor for you, change your password now: that makes the confirmation worthless.
        """);

    public static (string Subject, string Text) EmailChanged() => (
        "Your e-mail address was changed",
        """
        Your account has another e-mail address now; nothing more will be sent to this one.

        If that was neither you nor an administrator whom you asked, ask one for help.
        """);

    private static string Words(TimeSpan time) => time < TimeSpan.FromHours(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} hours");
}
