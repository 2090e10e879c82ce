using System.Globalization;
using StackExchange.Redis;

namespace UserService.Tests.Tokens;

/// <summary>
/// The key ring as Redis keeps it. Keys are made older here instead of waiting: all that decides about them are the times that are stored.
/// </summary>
internal sealed class StoredRing(IDatabase redis, string prefix)
{
    public RedisKey Keys { get; } = prefix + "user:signing-keys:v1:{es256}";

    public RedisKey Times { get; } = prefix + "user:signing-key-times:v1:{es256}";

    public async Task<string[]> IdsAsync() => [.. (await redis.HashKeysAsync(Keys)).Select(id => (string)id!).Order(StringComparer.Ordinal)];

    /// <summary>Makes every key older, as if all that happened to it had happened earlier.</summary>
    public Task AgeAsync(TimeSpan by) => ChangeAsync(times => [.. times.Take(3).Select(time => time == 0 ? 0 : time - (long)by.TotalMilliseconds), times[3]]);

    /// <summary>Makes the next key old enough to sign, and leaves the others alone.</summary>
    public Task RipenAsync() => ChangeAsync(times => times[1] == 0 && times[2] == 0 ? [times[0] - 3_600_000, .. times[1..]] : times);

    /// <summary>Makes this ring a copy of another, in one step.</summary>
    public async Task ReplaceByAsync(StoredRing other)
    {
        var (keys, times) = (await redis.HashGetAllAsync(other.Keys), await redis.HashGetAllAsync(other.Times));
        var transaction = redis.CreateTransaction();
        _ = transaction.KeyDeleteAsync([Keys, Times]);
        _ = transaction.HashSetAsync(Keys, keys);
        _ = transaction.HashSetAsync(Times, times);
        await transaction.ExecuteAsync();
    }

    private async Task ChangeAsync(Func<long[], long[]> change)
    {
        foreach (var entry in (await redis.HashGetAllAsync(Times)).Where(entry => entry.Name != "version"))
        {
            var times = ((string)entry.Value!).Split(' ').Select(time => long.Parse(time, CultureInfo.InvariantCulture)).ToArray();
            await redis.HashSetAsync(Times, entry.Name, string.Join(' ', change(times)));
        }
    }
}
