using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Users;

/// <summary>Makes e-mail addresses and user names unique. <c>ClaimName.lua</c> tells how, and why a crash can neither lose nor double one.</summary>
internal sealed class NameClaims(RedisStore redis, UserKeys keys)
{
    private const int MostRounds = 3;

    /// <summary>Longer than a registration or a rename may take.</summary>
    private static readonly TimeSpan UnkeptLife = TimeSpan.FromMinutes(2);

    public Task<string?> FindEmailAsync(string partition, CancellationToken cancellationToken) => FindAsync(keys.Email(partition), cancellationToken);

    public Task<string?> FindNameAsync(string partition, CancellationToken cancellationToken) => FindAsync(keys.Name(partition), cancellationToken);

    /// <summary>Takes an address for a while; see <see cref="TryKeepEmailAsync"/>.</summary>
    /// <returns>False when another account holds the address.</returns>
    public Task<bool> TryClaimEmailAsync(string partition, string userId, string stamp, CancellationToken cancellationToken) =>
        TryClaimAsync(keys.Email(partition), "email", partition, userId, stamp, cancellationToken);

    /// <summary>Takes a name for a while; see <see cref="TryKeepNameAsync"/>.</summary>
    /// <returns>False when another account holds the name.</returns>
    public Task<bool> TryClaimNameAsync(string partition, string userId, string stamp, CancellationToken cancellationToken) =>
        TryClaimAsync(keys.Name(partition), "name", partition, userId, stamp, cancellationToken);

    /// <summary>Keeps an address that was taken as long as the account, which is about to have it.</summary>
    /// <returns>False when that comes too late.</returns>
    public Task<bool> TryKeepEmailAsync(string partition, string userId, CancellationToken cancellationToken) =>
        TryKeepAsync(keys.Email(partition), userId, cancellationToken);

    /// <summary>Keeps a name that was taken as long as the account, which is about to have it.</summary>
    /// <returns>False when that comes too late.</returns>
    public Task<bool> TryKeepNameAsync(string partition, string userId, CancellationToken cancellationToken) =>
        TryKeepAsync(keys.Name(partition), userId, cancellationToken);

    /// <summary>Gives up an address that the account neither has nor is taking.</summary>
    public Task ReleaseEmailAsync(string partition, string userId, CancellationToken cancellationToken) =>
        ReleaseAsync(keys.Email(partition), "email", partition, userId, cancellationToken);

    /// <summary>Gives up a name that the account neither has nor is taking.</summary>
    public Task ReleaseNameAsync(string partition, string userId, CancellationToken cancellationToken) =>
        ReleaseAsync(keys.Name(partition), "name", partition, userId, cancellationToken);

    /// <summary>Gives up an address, also one that the account has.</summary>
    public Task EraseEmailAsync(string partition, string userId, CancellationToken cancellationToken) =>
        EraseAsync(keys.Email(partition), userId, cancellationToken);

    /// <summary>Gives up a name, also one that the account has.</summary>
    public Task EraseNameAsync(string partition, string userId, CancellationToken cancellationToken) =>
        EraseAsync(keys.Name(partition), userId, cancellationToken);

    private async Task<string?> FindAsync(RedisKey claim, CancellationToken cancellationToken) => HolderOf(await ReadAsync(claim, cancellationToken));

    private async Task<string?> ReadAsync(RedisKey claim, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("account.find", database => database.StringGetAsync(claim), cancellationToken);

    private async Task<bool> TryClaimAsync(
        RedisKey claim, string kind, string partition, string userId, string stamp, CancellationToken cancellationToken)
    {
        var dead = "";
        for (var round = 0; round < MostRounds; round++)
        {
            var made = (string?)await redis.EvaluateAsync(
                AccountScripts.ClaimName, [claim], [userId, stamp, dead, (long)UnkeptLife.TotalMilliseconds], cancellationToken);
            var holder = HolderOf(made)!;
            if (holder == userId)
            {
                return true;
            }

            if (await HoldsAsync(holder, kind, partition, cancellationToken))
            {
                return false;
            }

            dead = made!;
        }

        // Others took the dead claim over each time: one of them has it.
        return false;
    }

    private async Task<bool> TryKeepAsync(RedisKey claim, string userId, CancellationToken cancellationToken) =>
        (int)await redis.EvaluateAsync(AccountScripts.KeepName, [claim], [userId], cancellationToken) == 1;

    /// <summary>In this order, so that nothing is given up that another request of the same account has begun to take: it makes the claim another.</summary>
    private async Task ReleaseAsync(RedisKey claim, string kind, string partition, string userId, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(claim, cancellationToken);
        if (HolderOf(read) == userId && !await HoldsAsync(userId, kind, partition, cancellationToken))
        {
            await redis.EvaluateAsync(AccountScripts.ReleaseName, [claim], [read], cancellationToken);
        }
    }

    private async Task EraseAsync(RedisKey claim, string userId, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(claim, cancellationToken);
        if (HolderOf(read) == userId)
        {
            await redis.EvaluateAsync(AccountScripts.ReleaseName, [claim], [read], cancellationToken);
        }
    }

    private static string? HolderOf(string? claim) => claim?.Split(':')[0];

    private async Task<bool> HoldsAsync(string userId, string kind, string partition, CancellationToken cancellationToken) =>
        (int)await redis.EvaluateAsync(AccountScripts.HoldsName, [keys.Account(userId)], [kind, partition], cancellationToken) == 1;
}
