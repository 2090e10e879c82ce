using System.Text.Json.Serialization;
using UserService.Registrations;

namespace UserService.Mail;

/// <summary>
/// Something that ends in an e-mail. Requests only write it down, sealed, in the outbox; who has an account is looked up by whoever works the
/// outbox off. So a request costs the same, and takes as long, whether an address has an account or not.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "errand")]
[JsonDerivedType(typeof(Registration), "registration")]
[JsonDerivedType(typeof(PasswordReset), "password-reset")]
[JsonDerivedType(typeof(PasswordChanged), "password-changed")]
[JsonDerivedType(typeof(TwoFactorChanged), "two-factor-changed")]
[JsonDerivedType(typeof(EmailConfirmation), "email-confirmation")]
[JsonDerivedType(typeof(EmailChanged), "email-changed")]
internal abstract record MailErrand
{
    private MailErrand()
    {
    }

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public sealed override string ToString() => nameof(MailErrand);

    /// <summary>Somebody wants an account.</summary>
    internal sealed record Registration(PendingRegistration Pending) : MailErrand;

    /// <summary>Somebody forgot the password of the account that may have this address.</summary>
    /// <param name="AskedBy">Device and address of whoever asked.</param>
    internal sealed record PasswordReset(string Email, string AskedBy) : MailErrand;

    /// <param name="ChangedBy">Device and address of whoever did it.</param>
    /// <param name="DeviceName">What its owner calls that device; null where nobody was signed in on it.</param>
    internal sealed record PasswordChanged(string UserId, string ChangedBy, string? DeviceName = null) : MailErrand;

    /// <param name="IsOn">Whether the second factor was turned on or off.</param>
    /// <param name="ChangedBy">Device and address of whoever did it; null where an administrator did it for its owner.</param>
    /// <param name="DeviceName">What its owner calls that device.</param>
    internal sealed record TwoFactorChanged(string UserId, bool IsOn, string? ChangedBy, string? DeviceName = null) : MailErrand;

    /// <summary>The owner of an account says that an address is theirs: the one that it has, or a new one.</summary>
    /// <param name="Security">Digest of the security stamp under which it was said: nobody says so any more once the password is another.</param>
    internal sealed record EmailConfirmation(string UserId, string Email, string Security) : MailErrand;

    /// <summary>An account has another address: told to the one that it had.</summary>
    internal sealed record EmailChanged(string FormerEmail) : MailErrand;
}
