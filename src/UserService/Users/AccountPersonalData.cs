using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Lockout;
using UserService.OneUse;
using UserService.Revocations;
using UserService.TwoFactor;

namespace UserService.Users;

/// <summary>
/// The account, its names and its sessions. They are forgotten in an order that leaves something to begin with after a crash: what the account leads to goes
/// before the account. Nothing of it has to be read to be removed, so damaged data can be erased too.
/// </summary>
internal sealed class AccountPersonalData(
    RedisStore redis, UserKeys keys, NameClaims claims, Attempts attempts, OneUseTokens tokens, SignInTickets tickets, Revoker revoker,
    UserSummaries summaries, RecentUsers recent, AccountExport export)
    : IPersonalData
{
    private static readonly RedisValue[] EmailFields = ["email", "next-email"];
    private static readonly RedisValue[] NameFields = ["name", "next-name"];

    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        // Before, so that no token outlives a crash, and after, so that none was issued between.
        await revoker.RevokeSubjectAsync(userId, cancellationToken);
        var partitions = await ReleaseNamesAsync(userId, cancellationToken);
        var networks = await attempts.ForgetAsync(partitions, cancellationToken);
        var listed = await redis.ExecuteAsync(
            "session.list", database => database.SortedSetRangeByRankAsync(keys.SessionList(userId)), cancellationToken);
        var sessions = await RemoveSessionsAsync(userId, listed, cancellationToken);

        var answer = (RedisValue[])(await redis.EvaluateAsync(
            AccountScripts.EraseAccount, [keys.Account(userId), keys.SessionList(userId)], [], cancellationToken))!;
        sessions += await RemoveSessionsAsync(userId, answer[1..], cancellationToken);

        // Whoever wrote while the account was there is done with; whoever comes now sees that it is gone.
        networks += await attempts.ForgetAsync(partitions, cancellationToken);
        await tokens.DiscardAsync(userId, cancellationToken);
        await tickets.DiscardAsync(userId, cancellationToken);
        await redis.ExecuteAsync("pending-factor.remove", database => database.KeyDeleteAsync(keys.PendingFactor(userId)), cancellationToken);
        await revoker.RevokeSubjectAsync(userId, cancellationToken);
        await summaries.ForgetAsync(userId);
        await recent.ForgetAsync(userId, cancellationToken);
        await redis.ExecuteAsync(
            "account.unlist", database => database.SortedSetRemoveAsync(keys.AccountList, userId), cancellationToken);
        await redis.ExecuteAsync(
            "administrator.remove", database => database.SetRemoveAsync(keys.Administrators, userId), cancellationToken);
        return new ErasureResponse(Done: true, [new ErasedItems("accounts", (long)answer[0]), new ErasedItems("sessions", sessions), new ErasedItems("known-networks", networks)]);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken) =>
        export.ReadAsync(userId, cancellationToken);

    /// <summary>Also those that a rename was about to take.</summary>
    /// <returns>What the account was tried by: its names and its id.</returns>
    private async Task<string[]> ReleaseNamesAsync(string userId, CancellationToken cancellationToken)
    {
        var emails = await ReadAsync(EmailFields);
        foreach (var partition in emails)
        {
            await claims.EraseEmailAsync(partition, userId, cancellationToken);
        }

        var names = await ReadAsync(NameFields);
        foreach (var partition in names)
        {
            await claims.EraseNameAsync(partition, userId, cancellationToken);
        }

        return [.. emails, .. names, userId];

        async Task<string[]> ReadAsync(RedisValue[] fields)
        {
            var values = await redis.ExecuteAsync("account.names", database => database.HashGetAsync(keys.Account(userId), fields), cancellationToken);
            return [.. values.Where(value => !value.IsNullOrEmpty).Select(value => (string)value!)];
        }
    }

    private Task<long> RemoveSessionsAsync(string userId, RedisValue[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return Task.FromResult(0L);
        }

        RedisKey[] sessions = [.. ids.Select(id => keys.Session(userId, id!))];
        RedisKey[] successors = [.. ids.Select(id => keys.Successor(userId, id!))];
        return redis.ExecuteAsync(
            "session.remove",
            async database =>
            {
                var removed = database.KeyDeleteAsync(sessions);
                await database.KeyDeleteAsync(successors);
                return await removed;
            },
            cancellationToken);
    }
}
