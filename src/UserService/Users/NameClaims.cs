using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Users;

/// <summary>Makes e-mail addresses and user names unique. <c>ClaimName.lua</c> tells how, and why a crash can neither lose nor double one.</summary>
internal sealed class NameClaims(RedisStore redis, UserKeys keys)
{
    private const int MostRounds = 3;

    public Task<string?> FindEmailAsync(string partition, CancellationToken cancellationToken) => FindAsync(keys.Email(partition), cancellationToken);

    public Task<string?> FindNameAsync(string partition, CancellationToken cancellationToken) => FindAsync(keys.Name(partition), cancellationToken);

    /// <returns>False when another account holds the address.</returns>
    public Task<bool> TryClaimEmailAsync(string partition, string userId, CancellationToken cancellationToken) =>
        TryClaimAsync(keys.Email(partition), "email", partition, userId, cancellationToken);

    /// <returns>False when another account holds the name.</returns>
    public Task<bool> TryClaimNameAsync(string partition, string userId, CancellationToken cancellationToken) =>
        TryClaimAsync(keys.Name(partition), "name", partition, userId, cancellationToken);

    public Task ReleaseEmailAsync(string partition, string userId, CancellationToken cancellationToken) =>
        redis.EvaluateAsync(AccountScripts.ReleaseName, [keys.Email(partition)], [userId], cancellationToken);

    public Task ReleaseNameAsync(string partition, string userId, CancellationToken cancellationToken) =>
        redis.EvaluateAsync(AccountScripts.ReleaseName, [keys.Name(partition)], [userId], cancellationToken);

    private async Task<string?> FindAsync(RedisKey claim, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("account.find", database => database.StringGetAsync(claim), cancellationToken);

    private async Task<bool> TryClaimAsync(RedisKey claim, string kind, string partition, string userId, CancellationToken cancellationToken)
    {
        var dead = "";
        for (var round = 0; round < MostRounds; round++)
        {
            var holder = (string?)await redis.EvaluateAsync(AccountScripts.ClaimName, [claim], [userId, dead], cancellationToken);
            if (holder == userId)
            {
                return true;
            }

            if (await HoldsAsync(holder!, kind, partition, cancellationToken))
            {
                return false;
            }

            dead = holder!;
        }

        // Others took the dead claim over each time: one of them has it.
        return false;
    }

    private async Task<bool> HoldsAsync(string userId, string kind, string partition, CancellationToken cancellationToken) =>
        (int)await redis.EvaluateAsync(AccountScripts.HoldsName, [keys.Account(userId)], [kind, partition], cancellationToken) == 1;
}
