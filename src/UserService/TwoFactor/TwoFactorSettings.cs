using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Redis;
using UserService.Audit;
using UserService.Keys;
using UserService.Mail;
using UserService.Outbox;
using UserService.Passwords;
using UserService.Sessions;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>Turns the second factor of an account on and off. Either ends the sessions that were begun without or with it, but the one that asks.</summary>
internal sealed class TwoFactorSettings(
    UserManager<User> users, SecurityChange security, RedisStore redis, UserKeys keys, Secrets secrets, IOptions<TwoFactorOptions> options,
    AuditTrail audit, MailDesk mail, ILogger<TwoFactorSettings> logger)
{
    private static readonly TimeSpan PendingLife = TimeSpan.FromMinutes(10);

    /// <summary>Makes a secret that waits to be confirmed. Until then nothing about the account changes; beginning again replaces it.</summary>
    public async Task<BeginTwoFactorResponse> BeginAsync(User user, CancellationToken cancellationToken)
    {
        var secret = users.GenerateNewAuthenticatorKey();
        var pending = secrets.PendingFactors.Seal(Encoding.ASCII.GetBytes(secret), user.Id);
        var key = keys.PendingFactor(user.Id);
        await redis.ExecuteAsync("pending-factor.set", database => database.StringSetAsync(key, pending, PendingLife), cancellationToken);
        return new BeginTwoFactorResponse(secret, UriOf(user, secret), (int)PendingLife.TotalSeconds);
    }

    /// <returns>The secret that waits, or null.</returns>
    public async Task<string?> FindPendingAsync(User user, CancellationToken cancellationToken)
    {
        var key = keys.PendingFactor(user.Id);
        var pending = await redis.ExecuteAsync("pending-factor.read", database => database.StringGetAsync(key), cancellationToken);
        return pending.IsNull ? null : Encoding.ASCII.GetString(secrets.PendingFactors.Open((byte[])pending!, user.Id));
    }

    /// <summary>Turns the second factor on, if the code is one of the secret's.</summary>
    /// <returns>The recovery codes where it succeeded.</returns>
    public async Task<(IdentityResult Result, IReadOnlyList<string> RecoveryCodes)> TurnOnAsync(
        User user, string secret, string code, string sessionId, CancellationToken cancellationToken)
    {
        user.AuthenticatorKey = secret;
        if (!await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code))
        {
            return (IdentityResult.Failed(ProofErrors.WrongCode), []);
        }

        // Stored with the secret while the second factor is still off: a crash from here on leaves the account as it was.
        var (result, codes) = await ReplaceCodesAsync(user);
        if (!result.Succeeded)
        {
            return (result, codes);
        }

        // Stores the switch and a new security stamp in one step.
        result = await security.StoreAsync(user, sessionId, () => users.SetTwoFactorEnabledAsync(user, true), cancellationToken);
        if (result.Succeeded)
        {
            var key = keys.PendingFactor(user.Id);
            await redis.ExecuteAsync("pending-factor.remove", database => database.KeyDeleteAsync(key), CancellationToken.None);
            logger.TwoFactorTurnedOn();
            await audit.RecordAsync(AuditActions.TwoFactorTurnedOn, AuditOutcome.Success, user.Id);
            await mail.TellAsync(
                user.Id, SecurityNotice.TwoFactorTurnedOn,
                new MailErrand.TwoFactorChanged(user.Id, IsOn: true, mail.Asker, await mail.DeviceNameAsync()));
        }

        return (result, codes);
    }

    /// <summary>New recovery codes; the old ones are worth nothing any more.</summary>
    public async Task<(IdentityResult Result, IReadOnlyList<string> RecoveryCodes)> ReplaceCodesAsync(User user) =>
        await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes.Count) is { } codes
            ? (IdentityResult.Success, [.. codes])
            : (IdentityResult.Failed(users.ErrorDescriber.ConcurrencyFailure()), []);

    /// <param name="sessionId">The session that goes on; null to end all of them.</param>
    public async Task<IdentityResult> TurnOffAsync(User user, string? sessionId, CancellationToken cancellationToken)
    {
        user.AuthenticatorKey = null;
        user.RecoveryCodes = [];
        var result = await security.StoreAsync(user, sessionId, () => users.SetTwoFactorEnabledAsync(user, false), cancellationToken);
        if (!result.Succeeded)
        {
            return result;
        }

        logger.TwoFactorTurnedOff();
        await audit.RecordAsync(AuditActions.TwoFactorTurnedOff, AuditOutcome.Success, user.Id);

        // Who keeps no session is not the owner, but an administrator, whose device and address are nobody else's business.
        await mail.TellAsync(
            user.Id, SecurityNotice.TwoFactorTurnedOff,
            sessionId is null
                ? new MailErrand.TwoFactorChanged(user.Id, IsOn: false, ChangedBy: null)
                : new MailErrand.TwoFactorChanged(user.Id, IsOn: false, mail.Asker, await mail.DeviceNameAsync()));
        return result;
    }

    /// <summary>The Key URI format that authenticator apps read.</summary>
    private string UriOf(User user, string secret)
    {
        var issuer = Uri.EscapeDataString(options.Value.Issuer);
        return $"otpauth://totp/{issuer}:{Uri.EscapeDataString(user.Email!)}?secret={secret}&issuer={issuer}"
            + $"&algorithm=SHA1&digits={TimeSteps.Digits}&period={TimeSteps.StepSeconds}";
    }
}
