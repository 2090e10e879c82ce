using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.RedisApp;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Events;

public sealed class EventResumeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Events = 1_000;

    [Fact]
    public async Task Read_CutOffAHundredTimesOverReplicasThatDie_ReadsWhatTheServerHas()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var prefix = RedisFixture.NewPrefix();
        await using var replicas = await Replicas.StartAsync(3, redis.ConnectionString, prefix);
        await using var host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        var stream = new Keyspace(AppKeys.Registry, prefix).Key(AppKeys.Log, "resume");
        var appending = AppendAsync(host.Events, stream, cancellation);

        var random = new Random(7);
        var (client, last, connections) = (new List<string>(), "0-0", 0);
        while (client.Count < Events)
        {
            // The first replica dies on the way; its clients find another.
            if (connections == 60)
            {
                replicas[0].Kill();
            }

            var replica = replicas[connections < 60 ? random.Next(3) : random.Next(1, 3)];
            last = await ReadAsync(replica.Client, last, random.Next(1, 16), client, cancellation);
            connections++;
        }

        await appending;
        var server = (await redis.GetDatabase().StreamRangeAsync(stream)).Select(entry => entry.Values[0].Value.ToString());
        Assert.Equal(Digest(server), Digest(client));
        Assert.True(connections > 100, $"{connections} connections");
    }

    private static async Task AppendAsync(EventStreams events, RedisKey stream, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Events; i++)
        {
            await events.AppendAsync(stream, [new("n", i)], new EventStreamOptions(10_000, TimeSpan.FromMinutes(10)), cancellationToken);
        }
    }

    /// <summary>Reads a few entries and hangs up.</summary>
    private static async Task<string> ReadAsync(HttpClient client, string after, int most, List<string> into, CancellationToken cancellationToken)
    {
        await using var body = await client.GetStreamAsync(new Uri($"/events/resume?after={after}", UriKind.Relative), cancellationToken);
        using var reader = new StreamReader(body);
        for (var read = 0; read < most && into.Count < Events && await reader.ReadLineAsync(cancellationToken) is { } line; read++)
        {
            var parts = line.Split(' ');
            Assert.Equal("Entry", parts[1]);
            into.Add(parts[2]);
            after = parts[0];
        }

        return after;
    }

    private static string Digest(IEnumerable<string> numbers) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', numbers))));
}
