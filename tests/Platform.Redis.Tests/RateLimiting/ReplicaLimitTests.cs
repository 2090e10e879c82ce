using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

/// <summary>Four processes and one limit.</summary>
public sealed class ReplicaLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Count = 4;

    // On a machine that is busy with everything else, an answer after half a second is still one: these tests are not about outages.
    private static readonly (string, string) Patient = ("Redis:OperationTimeout", "00:00:05");

    [Fact]
    public async Task Check_OneKeyInFourProcesses_GrantsTheLimitOfEachWindowExactly()
    {
        const int Limit = 5_000;
        var prefix = RedisFixture.NewPrefix();
        await using var replicas = await Replicas.StartAsync(Count, redis.ConnectionString, prefix, Patient);
        for (var window = 0; window < 2; window++)
        {
            // Each process asks as fast as it can. What one of them has leased when they pause it gives back.
            var granted = 0;
            await Eventually.TrueAsync(async () => (granted += await AskAsync(replicas, Limit)) >= Limit, TimeSpan.FromSeconds(20), "the limit is granted");
            Assert.Equal(0, await AskAsync(replicas, Limit));
            Assert.Equal(Limit, granted);

            await Eventually.TrueAsync(async () => await KeysAsync(prefix) == 0, TimeSpan.FromSeconds(20), "the window ends");
        }
    }

    [Fact]
    public async Task Requests_2000ASecondOnOneUser_AreGrantedTheLimitExactly()
    {
        await using var replicas = await StartAsync(
            ("RateLimiting:Policies:user:Algorithm", "FixedWindow"), ("RateLimiting:Policies:user:Limit", "300"), ("RateLimiting:Policies:user:Window", "00:00:30"),
            ("RateLimiting:Policies:user:Global", "true"));
        var granted = await LoadAsync(replicas, "/limited", TimeSpan.FromSeconds(1));

        Assert.Equal(300, granted.Granted);
        Assert.Equal(2_000, granted.Sent);
    }

    [Theory]
    [InlineData(200, 100, 1)] // The next permit is so near that Redis answers nearly all requests.
    [InlineData(20, 20, 0.5)] // Most refusals are repeated from memory.
    public async Task Gcra_OneUserInFourProcesses_GrantsBurstAndRateWithinOneByRedissClock(int limit, int burst, double asked)
    {
        var time = TimeSpan.FromSeconds(2);
        await using var server = await RedisServer.StartAsync();
        await using var replicas = await Replicas.StartAsync(
            Count, server.ConnectionString, RedisFixture.NewPrefix(), Patient,
            ("RateLimiting:Policies:user:Algorithm", "Gcra"), ("RateLimiting:Policies:user:Limit", $"{limit}"), ("RateLimiting:Policies:user:Window", "00:00:01"),
            ("RateLimiting:Policies:user:Burst", $"{burst}"), ("RateLimiting:Policies:user:Global", "true"));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(index => GetAsync(replicas[index], "somebody-else")));
        await using var monitor = await RedisMonitor.StartAsync(server);

        var (granted, sent) = await LoadAsync(replicas, "/limited", time);
        var record = await ReadAsync(monitor, granted, 1_000_000 * 64 / limit, burst);

        // At every question not more was granted than was due; at every refusal not less. Between two refusals permits may wait for somebody
        // who asks: while all processes repeat a denial, or are not given the time to ask.
        Assert.All(record.Questions, question => Assert.InRange(question.Granted, 0, question.Due + 1));
        var refusals = record.Questions.Where(question => question.Refused).ToList();
        Assert.All(refusals, refusal => Assert.InRange(refusal.Granted, refusal.Due - 1, refusal.Due + 1));

        // That covers the time: from the first moment at which more was asked for than the rate gives, to the last.
        Assert.InRange(refusals[^1].At, time * 0.8, TimeSpan.MaxValue);
        Assert.Equal(2_000 * time.TotalSeconds, sent);
        Assert.InRange(record.Questions.Count, refusals.Count, sent * asked);
    }

    [Fact]
    public async Task Policy_Changed_IsInForceEverywhereWithinASecondAndAfterARestart()
    {
        var prefix = RedisFixture.NewPrefix();
        (string, string)[] settings =
        [
            ("RateLimiting:Policies:user:Algorithm", "FixedWindow"), ("RateLimiting:Policies:user:Limit", "1"), ("RateLimiting:Policies:user:Global", "true"),
        ];
        await using var replicas = await Replicas.StartAsync(Count, redis.ConnectionString, prefix, settings);
        Assert.Equal("\"user\";q=1;w=60", await PolicyAsync(replicas[3]));

        using var changed = await replicas[0].Client.PutAsJsonAsync(Uri("/v1/ratelimits/policies/user"), new { limit = 77, window = "00:02:00" });

        var start = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, Count).Select(index => PolicyAsync(replicas[index])))).All(policy => policy == "\"user\";q=77;w=120"),
            TimeSpan.FromSeconds(5), "all replicas follow");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);

        await using var later = await Replicas.StartAsync(1, redis.ConnectionString, prefix, settings);
        await Eventually.TrueAsync(async () => await PolicyAsync(later[0]) == "\"user\";q=77;w=120", TimeSpan.FromSeconds(2), "a new process follows");

        using var restored = await replicas[1].Client.DeleteAsync(Uri("/v1/ratelimits/policies/user"));
        await Eventually.TrueAsync(async () => await PolicyAsync(replicas[2]) == "\"user\";q=1;w=60", TimeSpan.FromSeconds(1), "the configured policy is back");
    }

    /// <summary>How many are granted in 400 ms of asking by 20 callers in each process.</summary>
    private static async Task<int> AskAsync(Replicas replicas, int limit)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(index => replicas[index].Client.PostAsync(
            Uri($"/check?key=hot&limit={limit}&windowMs=6000&callers=20&lastMs=400"), null)));
        var granted = await Task.WhenAll(answers.Select(async answer =>
            int.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), CultureInfo.InvariantCulture)));
        return granted.Sum();
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static async Task<string> PolicyAsync(Replica replica)
    {
        using var response = await replica.Client.GetAsync(Uri("/limited"));
        return response.Headers.GetValues("RateLimit-Policy").Single();
    }

    private async Task<int> KeysAsync(string prefix)
    {
        var count = 0;
        foreach (var server in redis.Multiplexer.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var _ in server.KeysAsync(-1, prefix + "app:rate-limit:*"))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>What Redis says, once each grant that it counted has reached a client or come back.</summary>
    private static async Task<GcraRecord> ReadAsync(RedisMonitor monitor, int granted, long interval, int burst)
    {
        var lines = new List<string>();
        GcraRecord? record = null;
        await Eventually.TrueAsync(
            async () =>
            {
                lines.AddRange(await monitor.ReadAsync());
                record = GcraRecord.Read(lines, ":user.g1000", interval, burst);
                return record.Earlier + record.Granted == granted;
            },
            TimeSpan.FromSeconds(2), "clients got what Redis counted");
        return record!;
    }

    private static async Task<HttpStatusCode> GetAsync(Replica replica, string user, string path = "/limited")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Uri(path)) { Headers = { { "X-User", user } } };
        using var response = await replica.Client.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>500 requests a second to each replica, all of one user.</summary>
    private static async Task<(int Granted, int Sent)> LoadAsync(Replicas replicas, string path, TimeSpan time)
    {
        const int CallersEach = 5;
        var start = Stopwatch.GetTimestamp();
        var sent = 0;
        var granted = 0;
        await Task.WhenAll(Enumerable.Range(0, Count * CallersEach).Select(async caller =>
        {
            for (var i = 0; i < time.TotalSeconds * 100; i++)
            {
                var due = TimeSpan.FromMilliseconds(10 * i) - Stopwatch.GetElapsedTime(start);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }

                Interlocked.Increment(ref sent);
                if (await GetAsync(replicas[caller % Count], "anna", path) == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref granted);
                }
            }
        }));
        return (granted, sent);
    }

    private Task<Replicas> StartAsync(params (string, string)[] settings) =>
        Replicas.StartAsync(Count, redis.ConnectionString, RedisFixture.NewPrefix(), [Patient, .. settings]);
}
