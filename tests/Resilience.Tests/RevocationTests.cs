using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace Resilience.Tests;

/// <summary>What was revoked is accepted by nobody, whatever dies, stops or starts meanwhile.</summary>
public sealed class RevocationTests(RevocationTests.Platform dying) : IClassFixture<RevocationTests.Platform>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The shortest that can be configured.</summary>
    private static readonly TimeSpan Staleness = TimeSpan.FromSeconds(6);

    /// <summary>One for each service that wants a signed-in person; the last does without Redis, and has no such pseudonym.</summary>
    private static readonly (string Service, string Path)[] Routes =
    [
        ("userservice", "/v1/users/me"), ("taskservice", "/v1/tasks"), ("notificationservice", "/v1/notifications"), ("privacyservice", "/v1/pseudonyms/psn_0"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoked_OverKillsOfRedisOfUserServiceAndOfWhoChecks_StaysRefused()
    {
        var platform = dying.Running;
        var ada = await platform.SignInAsync(Stop);
        var revoked = await SignInAndEndAsync(ada);
        await RefusedEverywhereAsync(revoked);

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watches = Routes.Select(route => WatchAsync(revoked, route, watching.Token)).ToArray();
        foreach (var victims in (string[][])[["redis"], ["userservice"], ["notificationservice"], ["taskservice"], ["privacyservice"], ["redis", .. DisposablePlatform.Services]])
        {
            var killed = victims.Select(victim => (Name: victim, ProcessId: Assert.Single(platform.ProcessIds(victim)))).ToArray();
            Assert.All(killed, one => RunningProcess.Kill(one.ProcessId));
            foreach (var (name, processId) in killed)
            {
                await platform.WaitForRestartAsync(name, processId, Stop);
            }

            // Everybody else is back, and the revoked one is not.
            await AcceptedEverywhereAsync(ada);
            await RefusedEverywhereAsync(revoked);
        }

        await watching.CancelAsync();
        foreach (var (route, asked) in Routes.Zip(await Task.WhenAll(watches)))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{route.Service} was asked {asked} times meanwhile, and accepted the revoked token never.");
            Assert.True(asked > 10, $"{route.Service} was hardly asked.");
        }
    }

    [Fact]
    public async Task Redis_StoppedForLongerThanTheStaleness_EveryServiceAnswers503ToGoodTokensAndNever200ToRevokedOnes()
    {
        await using var platform = await DisposablePlatform.StartAsync(new Dictionary<string, string> { ["Auth__RevocationStaleness"] = Staleness.ToString() });
        var ada = await platform.SignInAsync(Stop);
        var revoked = await SignInAndEndAsync(ada);
        await AcceptedEverywhereAsync(ada);
        await RefusedEverywhereAsync(revoked);
        var redis = Assert.Single(platform.ProcessIds("redis"));

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watches = Routes.Select(route => WatchAsync(revoked, route, watching.Token)).ToArray();
        var since = Stopwatch.GetTimestamp();
        RunningProcess.Pause(redis);
        try
        {
            // Within the bound PrivacyService, which needs no Redis for this, goes on; after it, it does not know any more.
            Assert.True(IsAccepted(await StatusAsync(ada, Routes[3])));
            await Eventually.TrueAsync(
                async () => await StatusAsync(ada, Routes[3]) == HttpStatusCode.ServiceUnavailable, Patience, "the list is too old");
            var delay = Stopwatch.GetElapsedTime(since);
            TestContext.Current.TestOutputHelper?.WriteLine($"PrivacyService refused to say after {delay.TotalSeconds:0.0} s; the bound is {Staleness.TotalSeconds:0} s.");
            Assert.InRange(delay, TimeSpan.Zero, Staleness + TimeSpan.FromSeconds(1));
            Assert.Equal("revocations_unknown", await CodeAsync(ada, Routes[3]));

            foreach (var route in Routes)
            {
                await Eventually.TrueAsync(
                    async () => await StatusAsync(ada, route) == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(2), $"{route.Service} does not know either");
                using var anybody = platform.ClientOf(route.Service);
                Assert.Equal(HttpStatusCode.OK, (await anybody.GetAsync("/alive", Stop)).StatusCode);
            }
        }
        finally
        {
            RunningProcess.Continue(redis);
        }

        await AcceptedEverywhereAsync(ada);
        await RefusedEverywhereAsync(revoked);
        await watching.CancelAsync();
        await Task.WhenAll(watches);
    }

    /// <summary>UserService hangs, so that it is not started again before the other is.</summary>
    [Fact]
    public async Task Service_StartedWhileUserServiceIsAway_Answers503UntilItHasHeard()
    {
        var platform = dying.Running;
        var ada = await platform.SignInAsync(Stop);
        var revoked = await SignInAndEndAsync(ada);
        await AcceptedEverywhereAsync(ada);
        var route = Routes[2];
        var users = Assert.Single(platform.ProcessIds("userservice"));
        var checker = Assert.Single(platform.ProcessIds(route.Service));

        RunningProcess.Pause(users);
        try
        {
            RunningProcess.Kill(checker);
            using var anybody = platform.ClientOf(route.Service);
            await Eventually.TrueAsync(
                async () => platform.ProcessIds(route.Service).Any(processId => processId != checker)
                    && (await anybody.GetAsync("/alive", Stop)).StatusCode == HttpStatusCode.OK,
                Patience,
                "the service is started again");
            for (var i = 0; i < 3; i++)
            {
                var answers = await Task.WhenAll(StatusAsync(ada, route), StatusAsync(revoked, route));
                Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer));
            }
        }
        finally
        {
            RunningProcess.Continue(users);
        }

        await AcceptedEverywhereAsync(ada);
        await RefusedEverywhereAsync(revoked);
    }

    /// <summary>Somebody whose session has ended.</summary>
    private static async Task<Person> SignInAndEndAsync(Person ada)
    {
        var device = await ada.SignInAgainAsync(Stop);
        await AcceptedEverywhereAsync(device);
        using var users = ada.ClientOf("userservice");

        // As a client does: told with 503 that it may not have been done, it says it again.
        await Eventually.TrueAsync(
            async () =>
            {
                using var ended = await users.DeleteAsync($"/v1/sessions/{device.SessionId}", Stop);
                return ended.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound;
            },
            Patience, "the session is ended");
        return device;
    }

    private static Task AcceptedEverywhereAsync(Person person) => Task.WhenAll(Routes.Select(route => Eventually.TrueAsync(
        async () => IsAccepted(await StatusAsync(person, route)), Patience, $"{route.Service} accepts a good token")));

    private static Task RefusedEverywhereAsync(Person person) => Task.WhenAll(Routes.Select(route => Eventually.TrueAsync(
        async () => await StatusAsync(person, route) == HttpStatusCode.Unauthorized, Patience, $"{route.Service} refuses the revoked token")));

    /// <summary>Asks until it is cancelled.</summary>
    /// <returns>How often there was an answer; none of them was what a good token gets.</returns>
    private static async Task<int> WatchAsync(Person revoked, (string Service, string Path) route, CancellationToken watching)
    {
        var answers = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(watching))
            {
                var status = await StatusAsync(revoked, route);
                Assert.True(
                    status is null or HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, $"{route.Service} answered {status} to a revoked token.");
                answers += status is null ? 0 : 1;
            }
        }
        catch (OperationCanceledException) when (watching.IsCancellationRequested)
        {
            // Watched for long enough.
        }

        return answers;
    }

    private static bool IsAccepted(HttpStatusCode? status) => status is HttpStatusCode.OK or HttpStatusCode.NotFound;

    /// <returns>Null where nobody answered.</returns>
    private static async Task<HttpStatusCode?> StatusAsync(Person person, (string Service, string Path) route)
    {
        try
        {
            using var client = person.ClientOf(route.Service);
            using var response = await client.GetAsync(route.Path, Stop);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> CodeAsync(Person person, (string Service, string Path) route)
    {
        using var client = person.ClientOf(route.Service);
        using var response = await client.GetAsync(route.Path, Stop);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;
    }

    public sealed class Platform : SharedPlatform
    {
        // Every write is on disk before it is answered: what the disk may lose within a second is another matter.
        private protected override Task<DisposablePlatform> StartAsync() => DisposablePlatform.StartAsync("--Redis:Fsync=always");
    }
}
