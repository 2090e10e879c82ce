using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis;
using Platform.Redis.Caching;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Users;

/// <summary>Who was seen last: those whom a service that starts will be asked about first.</summary>
internal sealed class RecentUsers(RedisStore redis, UserKeys keys, UserSummaries summaries, TimeProvider time) : ICacheWarmUp
{
    private const int Most = 1000;
    private const int ReadAtOnce = 50;

    /// <summary>To be called when Redis was asked about a session: once in a while, not with each request.</summary>
    public async Task SeenAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            await redis.ExecuteAsync("user.seen", database => AddAsync(database, userId), cancellationToken);
        }
        catch (RedisUnavailableException exception) when (exception.Reason == RedisUnavailableReason.OutOfMemory)
        {
            // It only makes a start quicker. Whoever is seen is not kept out for it.
            return;
        }
    }

    public Task ForgetAsync(string userId, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "user.forget", database => database.SortedSetRemoveAsync(keys.RecentUsers, userId), cancellationToken);

    /// <inheritdoc />
    public async Task WarmUpAsync(HybridCache cache, CancellationToken cancellationToken)
    {
        var seen = await redis.ExecuteAsync(
            "user.recent", database => database.SortedSetRangeByRankAsync(keys.RecentUsers, 0, Most - 1, Order.Descending), cancellationToken);
        await Parallel.ForEachAsync(
            seen, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken },
            async (userId, cancel) => await summaries.FindAsync(userId!, cancel));
    }

    private async Task AddAsync(IDatabase database, string userId)
    {
        var added = database.SortedSetAddAsync(keys.RecentUsers, userId, time.GetUtcNow().ToUnixTimeMilliseconds());
        var trimmed = database.SortedSetRemoveRangeByRankAsync(keys.RecentUsers, 0, -Most - 1);
        await database.KeyExpireAsync(keys.RecentUsers, UserKeys.RecentLifetime);
        await added;
        await trimmed;
    }
}
