using Microsoft.AspNetCore.Identity;
using Platform.ServiceDefaults.Authentication;
using UserService.Audit;
using UserService.Revocations;

namespace UserService.Users;

/// <summary>What roles an account has. There is always an administrator: the last one can neither lose the role nor the account.</summary>
internal sealed class AccountRoles(
    UserManager<User> users, Administrators administrators, Revoker revoker, AuditTrail audit, ILogger<AccountRoles> logger)
{
    public static readonly IdentityError LastAdministrator = new()
    {
        Code = nameof(LastAdministrator), Description = "Nobody else is an administrator.",
    };

    /// <summary>As tokens carry them.</summary>
    public static IReadOnlyList<string> Known { get; } = [AccessTokenClaims.AdminRole];

    public async Task<IdentityResult> SetAsync(User user, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        var before = user.IsAdministrator;
        if (user.Roles.SetEquals(roles))
        {
            await ListAsync(user, cancellationToken);
            return IdentityResult.Success;
        }

        if (before && !roles.Contains(AccessTokenClaims.AdminRole) && !await administrators.TryRetireAsync(user.Id, cancellationToken))
        {
            return IdentityResult.Failed(LastAdministrator);
        }

        // Tokens carry roles. Where one is taken away they end: before, so that none outlives a crash, and after, so that none was issued between.
        var loses = !user.Roles.IsSubsetOf(roles);
        if (loses)
        {
            await revoker.RevokeSubjectAsync(user.Id, cancellationToken);
        }

        user.Roles.Clear();
        user.Roles.UnionWith(roles);
        var result = await users.UpdateAsync(user);
        if (result.Succeeded)
        {
            logger.RolesChanged();
            await audit.RecordAsync(AuditActions.RolesChanged, AuditOutcome.Success, user.Id, roles.Count == 0 ? "none" : string.Join(' ', roles));
            if (loses)
            {
                await revoker.RevokeSubjectAsync(user.Id, cancellationToken);
            }

            await ListAsync(user, cancellationToken);
        }
        else if (before)
        {
            await administrators.AddAsync(user.Id, cancellationToken);
        }

        return result;
    }

    /// <summary>Notes an administrator, new or found, as one of those who can stay behind.</summary>
    public Task ListAsync(User user, CancellationToken cancellationToken) =>
        user.IsAdministrator ? administrators.AddAsync(user.Id, cancellationToken) : Task.CompletedTask;

    /// <summary>Asked before an account is deleted; <see cref="ListAsync"/> takes it back.</summary>
    /// <returns>False for the last administrator.</returns>
    public async Task<bool> MayGoAsync(User user, CancellationToken cancellationToken) =>
        !user.IsAdministrator || await administrators.TryRetireAsync(user.Id, cancellationToken);
}
