using System.Net.Http.Json;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.RedisApp;
using Platform.TestKit;

namespace Platform.Redis.Tests.Leases;

public sealed class LeaseReplicasTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Processes = 8;
    private const int Count = 1_000;
    private const int LeaseMilliseconds = 300;

    [Fact]
    public async Task Increments_ByEightProcessesPausedPastTheirLeases_AddUpExactly()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var prefix = RedisFixture.NewPrefix();
        await using var replicas = await Replicas.StartAsync(Processes, redis.ConnectionString, prefix);

        var counting = Enumerable.Range(0, Processes).Select(i => replicas[i].Client.PostAsync(
            new Uri($"/leases/shared/increments?process=p{i}&count={Count}&milliseconds={LeaseMilliseconds}", UriKind.Relative), null, cancellation)).ToArray();
        var all = Task.WhenAll(counting);
        var record = new Keyspace(AppKeys.Registry, prefix).Key(AppKeys.Record, "shared");
        for (var pauses = 0; pauses < 10 && !all.IsCompleted; pauses++)
        {
            // Whoever counted last is likely to hold the lease still.
            await Eventually.TrueAsync(async () => await redis.GetDatabase().HashExistsAsync(record, "by"), TimeSpan.FromSeconds(10), "counting began");
            var paused = replicas[int.Parse(((string)(await redis.GetDatabase().HashGetAsync(record, "by"))!)[1..])];
            paused.Pause();
            await Task.WhenAny(all, Task.Delay(LeaseMilliseconds + 150, cancellation));
            paused.Continue();
        }

        var refused = 0;
        foreach (var response in await all)
        {
            response.EnsureSuccessStatusCode();
            refused += (await response.Content.ReadFromJsonAsync<Increments>(cancellation))!.Refused;
        }

        var fields = (await redis.GetDatabase().HashGetAllAsync(record)).ToDictionary(field => field.Name.ToString(), field => field.Value);
        Assert.All(Enumerable.Range(0, Processes), i => Assert.Equal(Count, (int)fields[$"p{i}"]));
        Assert.Equal(Processes * Count, (int)fields["total"]);
        Assert.True(refused > 0, "no holder was paused past its lease, so nothing was shown");
    }

    private sealed record Increments(int Done, int Refused);
}
