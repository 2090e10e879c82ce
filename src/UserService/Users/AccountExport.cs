using Microsoft.AspNetCore.Identity;
using Platform.ServiceDefaults.PersonalData;
using UserService.Audit;
using UserService.Lockout;
using UserService.Sessions;

namespace UserService.Users;

/// <summary>
/// What an account is, for the person whose it is. Not the password's hash, the second factor's secret, recovery codes or tokens: they would open
/// the account to whoever finds the export.
/// </summary>
internal sealed class AccountExport(UserManager<User> users, SessionStore sessions, Attempts attempts, AuditTrail audit)
{
    public async Task<IReadOnlyList<PersonalDataPart>> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId) is not { } user)
        {
            return [PersonalDataPart.Of("account"), PersonalDataPart.Of("sessions"), PersonalDataPart.Of("known-networks")];
        }

        // Whoever was exported can see that.
        await audit.RecordAsync(AuditActions.AccountExported, AuditOutcome.Success, userId);
        return
        [
            PersonalDataPart.Of("account", new
            {
                user.Id, user.Email, user.EmailConfirmed, UserName = user.HasChosenUserName ? user.UserName : null, user.DisplayName, user.Roles,
                user.TwoFactorEnabled, RecoveryCodesLeft = user.RecoveryCodes.Count, user.CreatedAt, user.UpdatedAt,
            }),
            PersonalDataPart.Of(
                "sessions",
                (await sessions.ListAsync(user, cancellationToken)).Select(session => new
                {
                    session.Id, Device = session.Device.Name, session.Device.UserAgent, session.Device.Address, session.CreatedAt,
                    LastSeenAt = session.SeenAt, session.ExpiresAt, Amr = session.Methods,
                })),
            PersonalDataPart.Of("known-networks", (await attempts.KnownAsync(user, cancellationToken)).Select(seenAt => new { LastSeenAt = seenAt })),
        ];
    }
}
