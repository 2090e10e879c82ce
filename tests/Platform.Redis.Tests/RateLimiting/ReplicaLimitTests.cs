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

    [Fact]
    public async Task Gcra_OneUserInFourProcesses_GrantsBurstAndRateWithinOne()
    {
        // A burst of 50, then one every 5 ms.
        await using var replicas = await StartAsync(
            ("RateLimiting:Policies:user:Algorithm", "Gcra"), ("RateLimiting:Policies:user:Limit", "200"), ("RateLimiting:Policies:user:Window", "00:00:01"),
            ("RateLimiting:Policies:user:Burst", "50"), ("RateLimiting:Policies:user:Global", "true"), ("RateLimiting:Policies:user:LeaseInChunks", "false"));

        var (granted, _, took) = await LoadAsync(replicas, "/limited", TimeSpan.FromSeconds(1.5));

        // Redis's own times lie between the first question and the last answer.
        Assert.InRange(granted, 0.8 * (50 + 300), 51 + (took.TotalMilliseconds / 5));
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

    /// <summary>500 requests a second to each replica, all of one user.</summary>
    private static async Task<(int Granted, int Sent, TimeSpan Took)> LoadAsync(Replicas replicas, string path, TimeSpan time)
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

                using var request = new HttpRequestMessage(HttpMethod.Get, Uri(path)) { Headers = { { "X-User", "anna" } } };
                Interlocked.Increment(ref sent);
                using var response = await replicas[caller % Count].Client.SendAsync(request);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref granted);
                }
            }
        }));
        return (granted, sent, Stopwatch.GetElapsedTime(start));
    }

    private Task<Replicas> StartAsync(params (string, string)[] settings) =>
        Replicas.StartAsync(Count, redis.ConnectionString, RedisFixture.NewPrefix(), [Patient, .. settings]);
}
