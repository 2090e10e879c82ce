using Platform.Redis.Fallback;
using Platform.Redis.Keys;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.RedisApp.Documentation;

// <docs:fallback 1>
sealed class Drafts(MemoryFallbacks fallbacks, RedisStore redis, Keyspace keys)
{
    private readonly MemoryFallback<string> _memory = fallbacks.Create<string>("drafts", async (id, text, cancellationToken) =>
        await redis.ExecuteAsync(
            "drafts.merge", database => database.StringSetAsync(keys.Key(ShopKeys.Draft, id), text, TimeSpan.FromDays(1), When.NotExists),
            cancellationToken) ? FallbackOutcome.Kept : FallbackOutcome.Dropped);

    public bool TryKeep(string id, string text) =>
        fallbacks.IsEnabled && _memory.TryAdd(id, text, 2 * text.Length, DateTimeOffset.UtcNow.AddDays(1));
}
// </docs>
