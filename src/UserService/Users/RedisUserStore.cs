using Microsoft.AspNetCore.Identity;
using Platform.Contracts;
using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;
using UserService.OneUse;
using UserService.TwoFactor;

namespace UserService.Users;

/// <summary>
/// Accounts in Redis, behind Identity's own interfaces. One hash per account; e-mail and user name are unique by claims that are made
/// before an account becomes usable; updates are optimistic by concurrency stamp.
/// </summary>
internal sealed partial class RedisUserStore(
    RedisStore redis, UserKeys keys, NameClaims claims, AccountCodec codec, RecoveryCodes codes, OneUseTokens tokens, UserSummaries summaries,
    IdentityErrorDescriber errors)
{
    /// <summary>Read where nobody has the name, so that the answer takes as long as where somebody has.</summary>
    private const string Nobody = "usr_00000000000000000000000000";

    /// <summary>How long a registration or a rename may take from its first step to its last.</summary>
    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromMinutes(1);

    public async Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken)
    {
        var emailPartition = codec.EmailPartition(user);
        var namePartition = codec.NamePartition(user);
        user.ConcurrencyStamp = NewStamp();
        var created = (long)await redis.EvaluateAsync(
            AccountScripts.CreateAccount,
            [keys.Account(user.Id)],
            [
                user.ConcurrencyStamp, codec.Seal(user), AccountCodec.SecurityDigest(user), emailPartition, namePartition,
                (long)UnfinishedLife.TotalMilliseconds,
            ],
            cancellationToken);
        if (created == 0)
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        if (await ClaimAsync(user, user.ConcurrencyStamp, emailPartition, namePartition, cancellationToken) is { } taken)
        {
            await claims.EraseEmailAsync(emailPartition, user.Id, cancellationToken);
            return IdentityResult.Failed(taken);
        }

        await redis.ExecuteAsync(
            "account.list", database => database.SortedSetAddAsync(keys.AccountList, user.Id, 0), cancellationToken);
        if ((int)await redis.EvaluateAsync(AccountScripts.ActivateAccount, [keys.Account(user.Id)], [], cancellationToken) == 0)
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        await summaries.ForgetAsync(user.Id);
        user.CreatedAt = user.UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(created);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken)
    {
        if (await LoadAsync(user.Id, cancellationToken) is not { } stored)
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        // Identity updates after every step; where nothing changed, the stamp stays.
        if (stored.User.ConcurrencyStamp == user.ConcurrencyStamp && AccountCodec.SameProfile(stored.User, user))
        {
            return IdentityResult.Success;
        }

        var emailPartition = codec.EmailPartition(user);
        var namePartition = codec.NamePartition(user);
        var stamp = NewStamp();
        var renames = stored.EmailPartition != emailPartition || stored.NamePartition != namePartition;
        if (renames)
        {
            var begun = (int)await redis.EvaluateAsync(
                AccountScripts.BeginRename,
                [keys.Account(user.Id)],
                [user.ConcurrencyStamp, emailPartition, namePartition, (long)UnfinishedLife.TotalMilliseconds, stamp],
                cancellationToken);
            if (begun != 1)
            {
                return IdentityResult.Failed(errors.ConcurrencyFailure());
            }

            if (await ClaimAsync(user, stamp, emailPartition, namePartition, cancellationToken) is { } taken)
            {
                await redis.EvaluateAsync(AccountScripts.AbandonRename, [keys.Account(user.Id)], [stamp], cancellationToken);
                await ReleaseAsync(user.Id, emailPartition, namePartition, cancellationToken);
                return IdentityResult.Failed(taken);
            }
        }

        var updated = (long)await redis.EvaluateAsync(
            AccountScripts.UpdateAccount,
            [keys.Account(user.Id)],
            [user.ConcurrencyStamp, stamp, codec.Seal(user), AccountCodec.SecurityDigest(user), emailPartition, namePartition],
            cancellationToken);
        if (updated <= 0)
        {
            if (renames)
            {
                // Another change was faster. What it has, or is taking by now, stays.
                await ReleaseAsync(user.Id, emailPartition, namePartition, cancellationToken);
            }

            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        await summaries.ForgetAsync(user.Id);
        user.ConcurrencyStamp = stamp;
        user.UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(updated);
        if (renames)
        {
            await ReleaseAsync(user.Id, stored.EmailPartition, stored.NamePartition, cancellationToken);
        }

        return IdentityResult.Success;
    }

    public async Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await redis.EvaluateAsync(
            AccountScripts.DeleteAccount, [keys.Account(user.Id), keys.SessionList(user.Id)], [user.ConcurrencyStamp], cancellationToken))!;
        if ((int)reply[0] != 1)
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        await summaries.ForgetAsync(user.Id);

        // Nothing of the rest can be used any more; what a crash leaves here is a dead claim, a list entry that leads nowhere, or expires.
        var sessions = reply.Skip(1).Select(id => keys.Session(user.Id, (string)id!)).ToArray();
        if (sessions.Length > 0)
        {
            await redis.ExecuteAsync("session.remove", database => database.KeyDeleteAsync(sessions), cancellationToken);
        }

        await tokens.DiscardAsync(user.Id, cancellationToken);
        await ReleaseAsync(user.Id, codec.EmailPartition(user), codec.NamePartition(user), cancellationToken);
        await UnlistAsync([user.Id], cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        PlatformId.IsValid(userId, User.IdPrefix) ? (await LoadAsync(userId, cancellationToken))?.User : null;

    public async Task<User?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        var partition = codec.EmailPartition(normalizedEmail);
        return await LoadAsync(await claims.FindEmailAsync(partition, cancellationToken) ?? Nobody, cancellationToken) is { } stored && stored.EmailPartition == partition
            ? stored.User : null;
    }

    public async Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var partition = codec.NamePartition(normalizedUserName);
        return await LoadAsync(await claims.FindNameAsync(partition, cancellationToken) ?? Nobody, cancellationToken) is { } stored && stored.NamePartition == partition
            ? stored.User : null;
    }

    /// <summary>Accounts in order of creation, after the one with id <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<User>> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var users = new List<User>(limit);
        while (users.Count < limit)
        {
            RedisValue start = after;
            var ids = await redis.ExecuteAsync(
                "account.range",
                database => database.SortedSetRangeByValueAsync(
                    keys.AccountList, start, exclude: Exclude.Start, order: Order.Ascending, skip: 0, take: limit - users.Count),
                cancellationToken);
            if (ids.Length == 0)
            {
                break;
            }

            // Entries whose account is gone or not finished yet are passed over, so one page can take more than one range.
            var rows = await redis.ExecuteAsync(
                "account.page",
                database => Task.WhenAll(ids.Select(id => database.HashGetAsync(keys.Account((string)id!), AccountField.All))),
                cancellationToken);
            await UnlistAsync(ids.Where((_, i) => rows[i][0].IsNull), cancellationToken);
            users.AddRange(ids.Zip(rows).Select(row => codec.Open((string)row.First!, row.Second)?.User).OfType<User>());
            after = ids[^1];
        }

        return users;
    }

    /// <summary>An account exists before it is listed, so an entry without one is what a crash left over.</summary>
    private async Task UnlistAsync(IEnumerable<RedisValue> ids, CancellationToken cancellationToken)
    {
        RedisValue[] gone = [.. ids];
        if (gone.Length > 0)
        {
            await redis.ExecuteAsync("account.unlist", database => database.SortedSetRemoveAsync(keys.AccountList, gone), cancellationToken);
        }
    }

    private async Task<StoredAccount?> LoadAsync(string userId, CancellationToken cancellationToken)
    {
        var key = keys.Account(userId);
        var row = await redis.ExecuteAsync("account.read", database => database.HashGetAsync(key, AccountField.All), cancellationToken);
        return codec.Open(userId, row);
    }

    private async Task<IdentityError?> ClaimAsync(
        User user, string stamp, string emailPartition, string namePartition, CancellationToken cancellationToken)
    {
        if (!await claims.TryClaimEmailAsync(emailPartition, user.Id, stamp, cancellationToken))
        {
            return errors.DuplicateEmail(user.Email!);
        }

        if (namePartition.Length > 0 && !await claims.TryClaimNameAsync(namePartition, user.Id, stamp, cancellationToken))
        {
            return errors.DuplicateUserName(user.UserName!);
        }

        var kept = await claims.TryKeepEmailAsync(emailPartition, user.Id, cancellationToken)
            && (namePartition.Length == 0 || await claims.TryKeepNameAsync(namePartition, user.Id, cancellationToken));
        return kept ? null : errors.ConcurrencyFailure();
    }

    private async Task ReleaseAsync(string userId, string emailPartition, string namePartition, CancellationToken cancellationToken)
    {
        await claims.ReleaseEmailAsync(emailPartition, userId, cancellationToken);
        if (namePartition.Length > 0)
        {
            await claims.ReleaseNameAsync(namePartition, userId, cancellationToken);
        }
    }

    private static string NewStamp() => Guid.NewGuid().ToString("n");
}
