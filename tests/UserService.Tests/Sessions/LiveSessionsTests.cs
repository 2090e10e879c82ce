using System.Diagnostics;
using System.Net;
using Platform.TestKit;

namespace UserService.Tests.Sessions;

/// <summary>What a session's request costs, and that remembering it lets nobody in for longer.</summary>
public sealed class LiveSessionsTests(ServiceFixture service)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A busy machine is no part of these tests.
    private static readonly Dictionary<string, string?> Patient = new() { ["Redis:OperationTimeout"] = "00:00:05" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_SeenByManyRequests_IsAskedForOncePerInterval()
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var application = new UserServiceApplication(
            redis.ConnectionString, settings: new() { ["Sessions:SeenInterval"] = "00:00:02", ["Redis:OperationTimeout"] = "00:00:05" });
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);
        await using var monitor = await RedisMonitor.StartAsync(redis);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/sessions", Stop)).StatusCode);
        }

        // Twenty requests take a second or two here: at most two intervals begin meanwhile, and each asks once.
        var asked = (await monitor.ReadAsync()).Count(line => IsQuestion(line));
        Assert.InRange(asked, 1, 3);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/sessions", Stop)).StatusCode);
                return (await monitor.ReadAsync()).Any(IsSeen);
            },
            Patience,
            "the next interval's first request is noted");
    }

    [Fact]
    public async Task Session_EndedThroughAnotherReplica_IsRefusedThereAtOnceAndHereWithinHalfASecond()
    {
        var prefix = RedisFixture.NewPrefix("users");
        await using var here = new UserServiceApplication(service.Redis.ConnectionString, prefix, Patient);
        await using var there = new UserServiceApplication(service.Redis.ConnectionString, prefix, Patient);
        var person = await here.NewPersonAsync();
        for (var round = 0; round < 5; round++)
        {
            var tokens = await here.SignInAsync(person.Email, person.Password);
            using var clientHere = here.ClientOf(tokens);
            using var clientThere = there.ClientOf(tokens);
            Assert.Equal(HttpStatusCode.OK, (await clientHere.GetAsync("/v1/users/me", Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await clientThere.GetAsync("/v1/users/me", Stop)).StatusCode);

            using var ended = await clientThere.DeleteAsync($"/v1/sessions/{tokens.SessionId}", Stop);
            var since = Stopwatch.GetTimestamp();

            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await clientThere.GetAsync("/v1/users/me", Stop)).StatusCode);
            var lastAccepted = TimeSpan.Zero;
            await Eventually.TrueAsync(
                async () =>
                {
                    var asked = Stopwatch.GetElapsedTime(since);
                    var refused = (await clientHere.GetAsync("/v1/users/me", Stop)).StatusCode == HttpStatusCode.Unauthorized;
                    lastAccepted = refused ? lastAccepted : asked;
                    return refused;
                },
                Patience,
                "it is refused here");
            TestContext.Current.TestOutputHelper?.WriteLine($"Accepted by the other replica for {lastAccepted.TotalMilliseconds:0} ms.");
            Assert.InRange(lastAccepted, TimeSpan.Zero, LongestDelay);
        }
    }

    /// <summary>Redis may go between any two commands; whoever asks again must not find the sessions gone and their tokens good.</summary>
    [Fact]
    public async Task EndOthers_RevokesTokensBeforeItEndsTheSessions()
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var application = new UserServiceApplication(redis.ConnectionString, settings: Patient);
        var person = await application.NewPersonAsync();
        await application.SignInAsync(person.Email, person.Password);
        using var client = application.ClientOf(person.Tokens);
        await using var monitor = await RedisMonitor.StartAsync(redis);

        (await client.DeleteAsync("/v1/sessions", Stop)).EnsureSuccessStatusCode();

        var lines = (await monitor.ReadAsync()).ToList();
        var revoked = lines.FindIndex(line => line.Contains("\"XADD\"", StringComparison.Ordinal));
        var ended = lines.FindIndex(line => line.Contains("\"ZREM\"", StringComparison.Ordinal));
        Assert.InRange(revoked, 0, ended - 1);
    }

    private static bool IsQuestion(string line) => line.Contains("\"HMGET\"", StringComparison.Ordinal) && line.Contains("\"seen\"", StringComparison.Ordinal)
        && line.Contains("\"ends\"", StringComparison.Ordinal);

    private static bool IsSeen(string line) => line.Contains("\"HSET\"", StringComparison.Ordinal) && line.Contains("\"seen\"", StringComparison.Ordinal);
}
