using Platform.Redis.Consumers;
using Platform.Redis.Events;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Consumers;

public sealed class ConsumerGroupTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Release_OfMoreThanOneCallReleases_LetsOthersClaimAll()
    {
        const int Entries = 2_001;
        var prefix = RedisFixture.NewPrefix();
        await using var host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        var stream = host.Keys.Key(TestKeys.Log, "s");
        var bounds = new EventStreamOptions(10_000, TimeSpan.FromMinutes(10));
        await Task.WhenAll(Enumerable.Range(0, Entries).Select(i => host.Events.AppendAsync(stream, [new("n", i)], bounds, CancellationToken.None)));
        var (first, second) = (new ConsumerGroup(host.Store, stream, "g", "test"), new ConsumerGroup(host.Store, stream, "g", "test"));
        Assert.Equal(Entries, (await first.ReadNewAsync(Entries, CancellationToken.None)).Length);

        await first.ReleaseAsync(CancellationToken.None);

        var claimed = new HashSet<string>();
        while (await second.ClaimAsync(TimeSpan.FromHours(1), 1_000, CancellationToken.None) is { Length: > 0 } some)
        {
            claimed.UnionWith(some.Select(entry => (string)entry.Id!));
        }

        Assert.Equal(Entries, claimed.Count);
    }
}
