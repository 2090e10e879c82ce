using Microsoft.AspNetCore.Identity;
using Platform.Redis.Leases;
using UserService.Users;

namespace UserService.Sessions;

/// <summary>
/// Stores what ends all sessions of an account but the one that asks. Tokens are revoked before it is stored, so that none outlives a crash; one change at
/// a time, and only on top of the account as it is, so that one that loses against another has revoked nothing of the winner's.
/// </summary>
internal sealed class SecurityChange(UserManager<User> users, SessionStore sessions, ILeases leases)
{
    /// <summary>How long others are refused when this process dies in between.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="user">The account as it was read.</param>
    /// <param name="sessionId">The session that goes on; null to end all of them.</param>
    /// <param name="store">Stores the account, with another security stamp, if nobody has changed it meanwhile.</param>
    /// <param name="cancellationToken">Gives up, until it is stored.</param>
    public async Task<IdentityResult> StoreAsync(
        User user, string? sessionId, Func<Task<IdentityResult>> store, CancellationToken cancellationToken)
    {
        await using var lease = await leases.TryAcquireAsync($"security of {user.Id}", Longest, cancellationToken);
        if (lease is null || await users.FindByIdAsync(user.Id) is not { } current || current.ConcurrencyStamp != user.ConcurrencyStamp)
        {
            return IdentityResult.Failed(users.ErrorDescriber.ConcurrencyFailure());
        }

        await sessions.RevokeOthersAsync(user.Id, sessionId ?? "", cancellationToken);

        // All sessions are over from here on; then the one that asked is taken along.
        var result = await store();
        if (result.Succeeded)
        {
            // Not given up with the request: it may be an attacker's, who hangs up so that the owner is not told.
            await (sessionId is null
                ? sessions.EndAllAsync(user.Id, CancellationToken.None) : sessions.EndOthersAsync(user, sessionId, CancellationToken.None));
        }

        return result;
    }
}
