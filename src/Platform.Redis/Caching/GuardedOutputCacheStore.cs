using Microsoft.AspNetCore.OutputCaching;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// The output cache behind the guard of <see cref="RedisStore"/>: bounded in time, refused at once while Redis is away. A response that
/// cannot be read or stored is made anew, and Redis's memory is left to state where it is short. Evicting a tag throws, because others
/// would go on serving it.
/// </summary>
internal sealed class GuardedOutputCacheStore(IOutputCacheStore inner, RedisStore store, MemoryPressure? pressure) : IOutputCacheStore
{
    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ExecuteAsync(
                "output-cache.read", (Inner: inner, Key: key),
                static (_, call) => call.Inner.GetAsync(call.Key, CancellationToken.None).AsTask(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or RedisException)
        {
            return null;
        }
    }

    public async ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        try
        {
            if (pressure is null || !await pressure.IsHighAsync(cancellationToken).ConfigureAwait(false))
            {
                await store.ExecuteAsync(
                    "output-cache.write", (Inner: inner, Key: key, Value: value, Tags: tags, ValidFor: validFor),
                    static async (_, call) =>
                    {
                        await call.Inner.SetAsync(call.Key, call.Value, call.Tags, call.ValidFor, CancellationToken.None).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RedisUnavailableException exception)
        {
            if (exception.Reason == RedisUnavailableReason.OutOfMemory)
            {
                pressure?.Refused();
            }
        }
        catch (RedisException)
        {
            // The response was made; it is not kept.
        }
    }

    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => new(store.ExecuteAsync(
        "output-cache.evict", (Inner: inner, Tag: tag),
        static async (_, call) =>
        {
            await call.Inner.EvictByTagAsync(call.Tag, CancellationToken.None).ConfigureAwait(false);
            return true;
        },
        cancellationToken));
}
