using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Outbox;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>Checks codes and recovery codes. Whichever is right is used up.</summary>
internal sealed class SecondFactor(UserManager<User> users, AuditTrail audit, SecurityNotices notices, ILogger<SecondFactor> logger)
{
    public async Task<bool> VerifyAsync(User user, string? code, string? recoveryCode)
    {
        if (!user.TwoFactorEnabled)
        {
            return false;
        }

        if (!string.IsNullOrEmpty(code))
        {
            return await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code);
        }

        if (recoveryCode is null || !(await users.RedeemTwoFactorRecoveryCodeAsync(user, recoveryCode)).Succeeded)
        {
            return false;
        }

        logger.RecoveryCodeUsed();
        await audit.RecordAsync(AuditActions.RecoveryCodeUsed, AuditOutcome.Success, user.Id);
        await notices.SendAsync(user.Id, SecurityNotice.RecoveryCodeUsed);
        return true;
    }
}
