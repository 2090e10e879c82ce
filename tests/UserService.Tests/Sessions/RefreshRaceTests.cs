using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace UserService.Tests.Sessions;

/// <summary>Many refreshes at once, over two replicas on one Redis.</summary>
public sealed class RefreshRaceTests(ServiceFixture service)
{
    private const int Many = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_TwoHundredAtOnceOverTwoReplicas_GiveOneSuccessorByteForByte()
    {
        await using var replicas = new Replicas(service, grace: "00:01:00");
        var person = await replicas.First.NewPersonAsync();

        var bodies = await Task.WhenAll(Enumerable.Range(0, Many).Select(number => replicas.RefreshAsync(number, person.Tokens.RefreshToken)));

        Assert.All(bodies, Assert.NotNull);
        var body = Assert.Single(bodies.Distinct(StringComparer.Ordinal))!;
        var successor = TokensOf(body);
        Assert.Equal(person.Tokens.SessionId, successor.SessionId);
        Assert.Equal(HttpStatusCode.OK, await replicas.MeAsync(0, successor.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await replicas.MeAsync(1, successor.AccessToken));

        // And it is the only one there is: it rotates, and nothing that came before it does.
        Assert.NotNull(await replicas.RefreshAsync(1, successor.RefreshToken));
    }

    [Fact]
    public async Task Refresh_OnceMoreAfterTheGrace_KillsTheFamilyOnEveryReplica()
    {
        await using var replicas = new Replicas(service, grace: "00:00:02");
        var person = await replicas.First.NewPersonAsync();
        var other = await replicas.First.SignInAsync(person.Email, person.Password);
        var bodies = await Task.WhenAll(Enumerable.Range(0, Many).Select(number => replicas.RefreshAsync(number, person.Tokens.RefreshToken)));
        var successor = TokensOf(Assert.Single(bodies.Distinct(StringComparer.Ordinal))!);
        await replicas.GraceEndsAsync(person);

        // The successor is good until the spent token comes back, and dead with all of its family from then on.
        Assert.Equal(HttpStatusCode.OK, await replicas.MeAsync(1, successor.AccessToken));
        Assert.Null(await replicas.RefreshAsync(0, person.Tokens.RefreshToken));

        foreach (var dead in (string[])[person.Tokens.AccessToken, successor.AccessToken])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await replicas.MeAsync(0, dead));
            await Eventually.TrueAsync(
                async () => await replicas.MeAsync(1, dead) == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(1), "the other replica refuses it, too");
        }

        Assert.Null(await replicas.RefreshAsync(1, successor.RefreshToken));
        Assert.Null(await replicas.RefreshAsync(0, person.Tokens.RefreshToken));
        Assert.Equal(HttpStatusCode.OK, await replicas.MeAsync(1, other.AccessToken));
        Assert.NotNull(await replicas.RefreshAsync(1, other.RefreshToken));
    }

    [Fact]
    public async Task End_WhileFiftyRefreshesRun_LeavesNoLiveTokenASecondLater()
    {
        const int Refreshes = 50;
        await using var replicas = new Replicas(service, grace: "00:00:10");
        var person = await replicas.First.NewPersonAsync();
        var keeper = await replicas.First.SignInAsync(person.Email, person.Password);
        using var client = replicas.First.ClientOf(keeper);
        for (var round = 0; round < 5; round++)
        {
            // Half of them before the end is asked for, half behind it, and all under way at once.
            var tokens = await replicas.First.SignInAsync(person.Email, person.Password);
            var refreshes = Enumerable.Range(0, Refreshes / 2).Select(number => replicas.RefreshAsync(number, tokens.RefreshToken)).ToList();
            if (round % 2 == 0)
            {
                // In these rounds a successor has been handed out already.
                await Task.WhenAny(refreshes);
            }

            var ending = client.DeleteAsync($"/v1/sessions/{tokens.SessionId}", Stop);
            refreshes.AddRange(Enumerable.Range(0, Refreshes / 2).Select(number => replicas.RefreshAsync(number, tokens.RefreshToken)));
            using (var ended = await ending)
            {
                Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
            }

            var since = Stopwatch.GetTimestamp();
            var handedOut = (await Task.WhenAll(refreshes)).OfType<string>().Distinct().Select(TokensOf).Append(tokens).ToArray();
            var lastLive = TimeSpan.Zero;
            await Eventually.TrueAsync(
                async () =>
                {
                    var asked = Stopwatch.GetElapsedTime(since);
                    var answers = await Task.WhenAll(handedOut.SelectMany(
                        one => new[] { replicas.MeAsync(0, one.AccessToken), replicas.MeAsync(1, one.AccessToken) }));
                    var dead = answers.All(answer => answer == HttpStatusCode.Unauthorized);
                    lastLive = dead ? lastLive : asked;
                    return dead;
                },
                Patience,
                "no access token is live");

            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{handedOut.Length} access tokens: the last look that found one alive was {lastLive.TotalMilliseconds:0} ms after the answer.");
            Assert.InRange(lastLive, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.All(await Task.WhenAll(handedOut.Select((one, number) => replicas.RefreshAsync(number, one.RefreshToken))), Assert.Null);
        }

        Assert.Equal(HttpStatusCode.OK, await replicas.MeAsync(1, keeper.AccessToken));
    }

    private static IssuedTokens TokensOf(string body) => IssuedTokens.Of(JsonDocument.Parse(body).RootElement);

    /// <summary>Two of the service; what asks says which by number.</summary>
    private sealed class Replicas : IAsyncDisposable
    {
        private readonly ServiceFixture _service;
        private readonly UserServiceApplication[] _applications;
        private readonly HttpClient[] _clients;

        public Replicas(ServiceFixture service, string grace)
        {
            _service = service;
            var prefix = RedisFixture.NewPrefix("users");
            _applications = [.. Enumerable.Range(0, 2).Select(_ => new UserServiceApplication(
                service.Redis.ConnectionString, prefix,
                new() { ["Sessions:RefreshGrace"] = grace, ["Redis:OperationTimeout"] = "00:00:05" }))];
            _clients = [.. _applications.Select(application => application.CreateClient())];
        }

        public UserServiceApplication First => _applications[0];

        /// <returns>The body; null where the token was refused.</returns>
        public async Task<string?> RefreshAsync(int number, string refreshToken)
        {
            using var response = await _clients[number % 2].PostAsJsonAsync("/v1/auth/refresh", new { refreshToken }, Stop);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, $"{response.StatusCode}");
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Stop) : null;
        }

        public async Task<HttpStatusCode> MeAsync(int number, string accessToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me") { Headers = { Authorization = new("Bearer", accessToken) } };
            using var response = await _clients[number % 2].SendAsync(request, Stop);
            return response.StatusCode;
        }

        public Task GraceEndsAsync(SignedIn person)
        {
            var key = $"{First.KeyPrefix}user:successor:v1:{{{person.Id}}}:{person.Tokens.SessionId}";
            return Eventually.TrueAsync(
                async () => !await _service.Redis.GetDatabase().KeyExistsAsync(key), Patience, "the grace period ends");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (client, application) in _clients.Zip(_applications))
            {
                client.Dispose();
                await application.DisposeAsync();
            }
        }
    }
}
