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
        const int Limit = 500;
        const int WindowMs = 1_000;
        await using var replicas = await StartAsync();

        // Windows follow each other as long as somebody asks: in 2.5 of them, three begin. Each process asks 20 at a time, as fast as it can.
        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(index => replicas[index].Client.PostAsync(
            Uri($"/check?key=hot&limit={Limit}&windowMs={WindowMs}&callers=20&lastMs={WindowMs * 5 / 2}"), null)));

        var granted = await Task.WhenAll(answers.Select(async answer =>
            int.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), CultureInfo.InvariantCulture)));
        Assert.Equal(3 * Limit, granted.Sum());
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

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static async Task<string> PolicyAsync(Replica replica)
    {
        using var response = await replica.Client.GetAsync(Uri("/limited"));
        return response.Headers.GetValues("RateLimit-Policy").Single();
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
