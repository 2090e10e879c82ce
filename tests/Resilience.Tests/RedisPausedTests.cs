using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Platform.TestKit;

namespace Resilience.Tests;

public class RedisPausedTests
{
    /// <summary>In ms: twice the time that a call waits for Redis. All services share the machine here; how close to it one call ends, RedisOutageTests shows.</summary>
    private const double Longest = 1_000;

    private static readonly (string Service, string Path)[] Requests =
    [
        ("userservice", "/v1/users/me"), ("taskservice", "/v1/tasks"), ("notificationservice", "/v1/notifications"),
    ];

    /// <summary>SIGSTOP: connections stay open and nothing answers, which no error tells.</summary>
    [Fact]
    public async Task Redis_Hangs_EveryServiceAnswersInTimeAndIsBackAfterwards()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var platform = await DisposablePlatform.StartAsync();
        var ada = await platform.SignInAsync(cancellationToken);
        var redis = Assert.Single(platform.ProcessIds("redis"));
        foreach (var (service, path) in Requests)
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(ada, service, path)).Status);
        }

        // Once without a stopwatch, so that what is measured is not the compiler.
        RunningProcess.Pause(redis);
        await Task.WhenAll(Requests.Select(request => GetAsync(ada, request.Service, request.Path)));
        await Task.WhenAll(DisposablePlatform.Services.SelectMany(
            service => ((string[])["/health/redis", "/guarantees", "/alive"]).Select(path => GetAsync(ada, service, path))));
        RunningProcess.Continue(redis);
        await BackAsync(ada);

        RunningProcess.Pause(redis);
        try
        {
            var alive = new List<double>();
            for (var i = 0; i < 20; i++)
            {
                foreach (var service in DisposablePlatform.Services)
                {
                    var (status, milliseconds) = await GetAsync(ada, service, "/alive");
                    Assert.Equal(HttpStatusCode.OK, status);
                    alive.Add(milliseconds);
                    Assert.InRange((await GetAsync(ada, service, "/guarantees")).Milliseconds, 0, Longest);
                }

                var health = await Task.WhenAll(DisposablePlatform.Services.Select(service => GetAsync(ada, service, "/health/redis")));
                Assert.All(health, answer => Assert.InRange(answer.Milliseconds, 0, Longest));
                Assert.True(i < 5 || health.All(answer => answer.Status == HttpStatusCode.ServiceUnavailable), $"{i}");

                var answers = await Task.WhenAll(Requests.Select(request => GetAsync(ada, request.Service, request.Path)));
                Assert.All(answers, answer => Assert.InRange(answer.Milliseconds, 0, Longest));
                Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));
            }

            // The machine may be busy with something else now and then.
            Assert.InRange(alive.Order().ElementAt(alive.Count * 9 / 10), 0, 50);
        }
        finally
        {
            RunningProcess.Continue(redis);
        }

        await BackAsync(ada);
        Assert.Equal(redis, Assert.Single(platform.ProcessIds("redis")));
        foreach (var (service, _) in Requests)
        {
            JsonElement told = default;
            await Eventually.TrueAsync(
                async () =>
                {
                    told = await GuaranteesAsync(ada, service);
                    return told.GetProperty("capabilities").EnumerateArray().All(capability => capability.GetProperty("mode").GetString() == "redis");
                },
                TimeSpan.FromSeconds(2),
                $"every guarantee of {service} is back");
            var reasons = told.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("reason").GetString()).ToList();
            Assert.Contains("redis_unavailable", reasons);
            Assert.Contains("redis_available", reasons);
        }
    }

    private static async Task<JsonElement> GuaranteesAsync(Person person, string service)
    {
        using var client = person.ClientOf(service);
        return JsonDocument.Parse(await client.GetStringAsync("/guarantees", TestContext.Current.CancellationToken)).RootElement;
    }

    private static Task BackAsync(Person person) => Task.WhenAll(Requests.Select(request => Eventually.TrueAsync(
        async () => (await GetAsync(person, request.Service, request.Path)).Status == HttpStatusCode.OK,
        TimeSpan.FromSeconds(2),
        $"{request.Service} is back")));

    private static async Task<(HttpStatusCode Status, double Milliseconds)> GetAsync(Person person, string service, string path)
    {
        using var client = person.ClientOf(service);
        var start = Stopwatch.GetTimestamp();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
