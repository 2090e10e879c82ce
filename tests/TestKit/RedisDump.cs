using System.Text;
using StackExchange.Redis;

namespace Platform.TestKit;

/// <summary>Everything that Redis holds under a prefix, keys and values, as one text.</summary>
public static class RedisDump
{
    /// <summary>All of several databases.</summary>
    public static async Task<string> ReadAllAsync(string connectionString, IEnumerable<int> databases)
    {
        var text = new StringBuilder();
        foreach (var database in databases)
        {
            // What is there is read whole, however long it takes.
            await using var redis = await ConnectionMultiplexer.ConnectAsync($"{connectionString},defaultDatabase={database},asyncTimeout=60000,syncTimeout=60000");
            text.Append(await ReadAsync(redis, ""));
        }

        return text.ToString();
    }

    public static async Task<string> ReadAsync(IConnectionMultiplexer redis, string prefix)
    {
        ArgumentNullException.ThrowIfNull(redis);
        var text = new StringBuilder();
        var database = redis.GetDatabase();
        foreach (var key in await KeysAsync(redis, prefix))
        {
            text.Append(key).Append('\n');
            switch (await database.KeyTypeAsync(key))
            {
                case RedisType.String:
                    Append(await database.StringGetAsync(key));
                    break;
                case RedisType.Hash:
                    foreach (var entry in await database.HashGetAllAsync(key))
                    {
                        Append(entry.Name);
                        Append(entry.Value);
                    }

                    break;
                case RedisType.List:
                    foreach (var item in await database.ListRangeAsync(key))
                    {
                        Append(item);
                    }

                    break;
                case RedisType.Set:
                    foreach (var member in await database.SetMembersAsync(key))
                    {
                        Append(member);
                    }

                    break;
                case RedisType.SortedSet:
                    foreach (var member in await database.SortedSetRangeByRankAsync(key))
                    {
                        Append(member);
                    }

                    break;
                case RedisType.Stream:
                    foreach (var field in (await database.StreamRangeAsync(key)).SelectMany(entry => entry.Values))
                    {
                        Append(field.Name);
                        Append(field.Value);
                    }

                    break;
                case RedisType.None:
                    // Expired meanwhile.
                    break;
                case var other:
                    throw new InvalidOperationException($"{key} is a {other}, which nobody expected.");
            }
        }

        return text.ToString();

        void Append(RedisValue value) => text.Append(Encoding.Latin1.GetString((byte[])value!)).Append('\n');
    }

    public static Task<List<RedisKey>> KeysAsync(IConnectionMultiplexer redis, string prefix) =>
        Task.Run(() => RedisFixture.Keys(redis, prefix).ToList());
}
