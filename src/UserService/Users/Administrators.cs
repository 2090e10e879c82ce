using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Users;

/// <summary>
/// Who the administrators are, so that the last one stays: roles are sealed inside each account and cannot be counted. An account is listed
/// after it became an administrator and taken off the list before it stops being one, so the list is never longer than the truth
/// except by what <see cref="TryRetireAsync"/> looks for itself. Where a crash made it shorter, it refuses rather than leaves nobody.
/// </summary>
internal sealed class Administrators(RedisStore redis, UserKeys keys, RedisUserStore store)
{
    public Task AddAsync(string userId, CancellationToken cancellationToken) =>
        redis.ExecuteAsync("administrator.add", database => database.SetAddAsync(keys.Administrators, userId), cancellationToken);

    /// <summary>Whether there is any.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("administrator.count", database => database.SetLengthAsync(keys.Administrators), cancellationToken) > 0;

    /// <summary>Takes an administrator off the list, ahead of the role or the account.</summary>
    /// <returns>False when nobody else is one.</returns>
    public async Task<bool> TryRetireAsync(string userId, CancellationToken cancellationToken)
    {
        var listed = await redis.ExecuteAsync("administrator.list", database => database.SetMembersAsync(keys.Administrators), cancellationToken);
        var arguments = new List<RedisValue> { userId };
        foreach (var other in listed.Where(member => member != userId))
        {
            if (await store.FindByIdAsync((string)other!, cancellationToken) is not { IsAdministrator: true })
            {
                arguments.Add(other);
            }
        }

        return (int)await redis.EvaluateAsync(
            AccountScripts.RetireAdministrator, [keys.Administrators], [.. arguments], cancellationToken) == 1;
    }
}
