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

    [Fact]
    public async Task Claim_WhileOthersWorkOffMoreThanALookTakes_FindsWhatADeadConsumerLeft()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        var stream = host.Keys.Key(TestKeys.Log, "s");
        var (dead, busy, heir) = (NewGroup(), NewGroup(), NewGroup());
        await AppendAsync(1);
        var left = Assert.Single(await dead.ReadNewAsync(1, CancellationToken.None));
        var round = await TakeAsync(30);
        Assert.Empty(await heir.ClaimAsync(TimeSpan.FromMinutes(10), 1, CancellationToken.None));

        // It dies, and the others are at entries of their own, at other ones with each look.
        await dead.ReleaseAsync(CancellationToken.None);
        foreach (var entry in round)
        {
            await busy.AcknowledgeAsync(entry.Id, CancellationToken.None);
        }

        await TakeAsync(30);

        var claimed = Assert.Single(await heir.ClaimAsync(TimeSpan.FromMinutes(10), 1, CancellationToken.None));
        Assert.Equal((left.Id, left["n"]), (claimed.Id, claimed["n"]));
        Assert.Empty(await heir.ClaimAsync(TimeSpan.FromMinutes(10), 1, CancellationToken.None));

        ConsumerGroup NewGroup() => new(host.Store, stream, "g", "test");

        async Task AppendAsync(int entries)
        {
            for (var i = 0; i < entries; i++)
            {
                await host.Events.AppendAsync(stream, [new("n", i)], new EventStreamOptions(10_000, TimeSpan.FromMinutes(10)), CancellationToken.None);
            }
        }

        async Task<StackExchange.Redis.StreamEntry[]> TakeAsync(int entries)
        {
            await AppendAsync(entries);
            var taken = await busy.ReadNewAsync(entries, CancellationToken.None);
            Assert.Equal(entries, taken.Length);
            return taken;
        }
    }
}
