using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceDefaults.Problems;
using Platform.TestKit;
using UserService.Lockout;
using UserService.Sessions;

namespace UserService.Tests.Lockout;

public sealed class LockoutTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Theory]
    [InlineData("email")]
    [InlineData("userName")]
    public async Task Owner_UnderAnotherName_IsStillKnownByTheNetwork(string what)
    {
        var person = await _application.NewPersonAsync();
        using var home = ClientFrom("198.51.100.21");
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(home, person.Email, person.Password)).Status);
        var (email, userName) = (UserServiceApplication.NewEmail(), $"ada-{Guid.NewGuid():n}"[..20]);
        using var owner = _application.ClientOf(person.Tokens);
        object change = what == "email" ? new { email, currentPassword = person.Password } : new { userName };
        using var changed = await owner.PatchAsJsonAsync("/v1/users/me", change);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        Assert.Equal(10, await GuessesAsync(home));
        using var elsewhere = ClientFrom("198.51.101.21");
        Assert.Equal(3, await GuessesAsync(elsewhere));

        async Task<int> GuessesAsync(HttpClient client)
        {
            for (var guesses = 0; ; guesses++)
            {
                object guess = what == "email" ? new { email, password = "wrong" } : new { userName, password = "wrong" };
                using var response = await client.PostAsJsonAsync("/v1/auth/login", guess);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    return guesses;
                }
            }
        }
    }

    [Fact]
    public void Digest_OfANetwork_DiffersFromNameToNameAndCanBeCarried()
    {
        var digests = _application.Services.GetRequiredService<NetworkDigests>();
        var old = digests.Of("old name", "198.51.100.1");

        Assert.NotEqual(old, digests.Of("new name", "198.51.100.1"));
        Assert.Equal(digests.Of("new name", "198.51.100.1"), digests.Carry(old, "old name", "new name"));
        Assert.NotEqual(digests.Of("new name", "198.51.101.1"), digests.Carry(old, "old name", "new name"));
        Assert.Null(digests.Carry("no digest", "old name", "new name"));
    }

    [Fact]
    public async Task Login_AfterThreeFailures_WaitsTwiceAsLongEachTime()
    {
        var email = UserServiceApplication.NewEmail();
        using var client = ClientFrom("203.0.113.7");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((HttpStatusCode.Unauthorized, null), await TryAsync(client, email));
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, 1), await TryAsync(client, email));

        // What is put off is not counted: only the attempt that was due makes the next wait longer.
        await EventuallyRefusedAsync(client, email);
        Assert.Equal((HttpStatusCode.TooManyRequests, 2), await TryAsync(client, email));
        await EventuallyRefusedAsync(client, email);
        Assert.Equal((HttpStatusCode.TooManyRequests, 4), await TryAsync(client, email));
    }

    [Fact]
    public async Task Login_GuessesInParallel_AreAllCounted()
    {
        var email = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(email, "correct horse battery");
        using var client = ClientFrom("203.0.113.8");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TryAsync(client, email)));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
        Assert.Equal(47, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Login_WithAndWithoutAnAccount_AnswersAreTheSameToTheByte()
    {
        var existing = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(existing, "correct horse battery", $"lock-{Guid.NewGuid():n}");
        using var client = ClientFrom("203.0.113.9");

        var withAccount = await AnswersAsync(existing);
        var without = await AnswersAsync(UserServiceApplication.NewEmail());

        Assert.Equal(withAccount, without);
        Assert.Contains("429", withAccount, StringComparison.Ordinal);

        async Task<string> AnswersAsync(string email)
        {
            var all = new List<string>();
            for (var i = 0; i < 5; i++)
            {
                using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password = "wrong" });
                var body = await response.Content.ReadAsStringAsync();
                var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date" && !header.Key.StartsWith("RateLimit", StringComparison.Ordinal));
                all.Add($"{(int)response.StatusCode} {string.Join(' ', headers.Select(header => $"{header.Key}={string.Join(',', header.Value)}"))} {WithoutTrace(body)}");
            }

            return string.Join('\n', all);
        }

        static string WithoutTrace(string body) => System.Text.RegularExpressions.Regex.Replace(body, "\"traceId\":\"[^\"]*\"", "");
    }

    [Fact]
    public async Task Login_AThousandGuessesFromAsManyNetworks_AreFewAndDoNotHinderTheOwner()
    {
        // The owner has signed in from here before.
        var email = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(email, "correct horse battery");
        using var home = ClientFrom("198.51.100.20");
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(home, email, "correct horse battery")).Status);

        var tried = 0;
        foreach (var block in Enumerable.Range(0, 1000).Chunk(100))
        {
            var answers = await Task.WhenAll(block.Select(async number =>
            {
                using var client = ClientFrom($"10.{number / 250}.{number % 250}.1");
                return await TryAsync(client, email);
            }));
            tried += answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized);
            Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]));

            // From the same /24, another address: nobody waits there.
            using var owner = ClientFrom("198.51.100.99");
            Assert.Equal(HttpStatusCode.OK, (await TryAsync(owner, email, "correct horse battery")).Status);
        }

        // 50 at once, then one after 1 s, 2 s, 4 s … up to one in 5 min: fewer than 70 in the first hour, however long this took.
        Assert.InRange(tried, 50, 60);
        using var elsewhere = ClientFrom("192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(elsewhere, email, "correct horse battery")).Status);
    }

    [Fact]
    public async Task Login_OwnFailures_AreForgottenWithTheRightPassword()
    {
        var email = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(email, "correct horse battery");
        using var client = ClientFrom("2001:db8:1:2::1");
        for (var round = 0; round < 4; round++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync(client, email)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync(client, email)).Status);
            Assert.Equal(HttpStatusCode.OK, (await TryAsync(client, email, "correct horse battery")).Status);
        }
    }

    [Fact]
    public async Task Lockout_OfAnAccount_LeavesItsSessionsAlone()
    {
        var person = await _application.NewPersonAsync();
        using var stranger = ClientFrom("203.0.113.11");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TryAsync(stranger, person.Email)));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(stranger, person.Email, person.Password)).Status);

        using var refresh = await stranger.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        using var me = _application.ClientOf(person.Tokens);
        using var change = await me.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "another horse battery" });

        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, change.StatusCode);
    }

    [Fact]
    public async Task ChangePassword_GuessedWithABorrowedToken_IsPutOff()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var response = await client.PutAsJsonAsync("/v1/users/me/password", new { currentPassword = "guess", newPassword = "another horse battery" });
            return response.StatusCode;
        }));

        Assert.Equal(10, answers.Count(status => status == HttpStatusCode.BadRequest));
        Assert.Equal(20, answers.Count(status => status == HttpStatusCode.TooManyRequests));

        // Neither does that hinder signing in.
        await _application.SignInAsync(person.Email, person.Password);
    }

    [Fact]
    public async Task Attempt_ThatCouldNotBeChecked_IsNotCounted()
    {
        await using var scope = _application.Services.CreateAsyncScope();
        var attempts = scope.ServiceProvider.GetRequiredService<Attempts>();
        var attempt = attempts.OfSignIn(UserServiceApplication.NewEmail(), null, new Device("Test", null, "203.0.113.12"));
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => attempts.MakeAsync<int>(attempt, () => throw new InvalidOperationException(), CancellationToken.None));
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, await attempts.MakeAsync(attempt, () => Task.FromResult(i), CancellationToken.None));
        }

        await Assert.ThrowsAsync<ProblemException>(() => attempts.MakeAsync(attempt, () => Task.FromResult(0), CancellationToken.None));
    }

    [Fact]
    public async Task Attempts_ThatPass_AreForgivenAndTheirKeysExpire()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString,
            settings: new() { ["Lockout:FreeAttempts"] = "1", ["Lockout:LongestDelay"] = "00:00:01", ["Lockout:LongestDelayOfAccount"] = "00:00:01" });
        using var client = application.CreateClient();
        var email = UserServiceApplication.NewEmail();
        await TryAsync(client, email);

        Assert.Equal((HttpStatusCode.TooManyRequests, 1), await TryAsync(client, email));

        await Eventually.TrueAsync(
            async () => (await RedisDump.KeysAsync(service.Redis.Multiplexer, application.KeyPrefix + "user:attempts")).Count == 0,
            TimeSpan.FromSeconds(10),
            "nothing is left of the attempts");
        Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync(client, email)).Status);
    }

    [Fact]
    public async Task KnownNetworks_AreBoundedExpireAndGoWithTheAccount()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        for (var i = 0; i < 15; i++)
        {
            using var client = application.CreateClient();
            client.DefaultRequestHeaders.Add("X-Forwarded-For", $"198.18.{i}.1");
            Assert.Equal(HttpStatusCode.OK, (await TryAsync(client, person.Email, person.Password)).Status);
        }

        var database = service.Redis.Multiplexer.GetDatabase();
        var key = Assert.Single(await RedisDump.KeysAsync(service.Redis.Multiplexer, application.KeyPrefix + "user:known-networks"));
        Assert.Equal(10, await database.SortedSetLengthAsync(key));
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value.TotalDays, 89.9, 90);

        using var owner = application.ClientOf(person.Tokens);
        using var delete = await owner.DeleteOwnAccountAsync(person.Password);
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.False(await database.KeyExistsAsync(key));
    }

    [Theory]
    [InlineData("198.51.100.1", "198.51.100.254", true)]
    [InlineData("198.51.100.1", "::ffff:198.51.100.9", true)]
    [InlineData("198.51.100.1", "198.51.101.1", false)]
    [InlineData("2001:db8:0:1200::1", "2001:db8:0:12ff::1", true)]
    [InlineData("2001:db8:0:1200::1", "2001:db8:0:1300::1", false)]
    [InlineData("198.51.100.1", null, false)]
    public void Network_IsWhatOneConnectionGets(string one, string? other, bool same) =>
        Assert.Equal(same, Network.Of(one) == Network.Of(other));

    private static async Task<(HttpStatusCode Status, int? RetryAfter)> TryAsync(HttpClient client, string email, string password = "wrong")
    {
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        return (response.StatusCode, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    private static Task EventuallyRefusedAsync(HttpClient client, string email) => Eventually.TrueAsync(
        async () => (await TryAsync(client, email)).Status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(10), "the next attempt is due");

    private HttpClient ClientFrom(string address)
    {
        var client = _application.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }
}
