using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace UserService.Tests.TwoFactor;

/// <summary>Signing in to an account that has a second factor.</summary>
public sealed class SecondFactorSignInTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task FirstSignInAfterTurningItOn_IsNoStrangersAndHasTenTries()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();

        for (var i = 0; i < 5; i++)
        {
            var ticket = await person.TicketAsync(client);
            foreach (var _ in Enumerable.Range(0, 2))
            {
                using var wrong = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code = person.WrongCode() });
                Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            }
        }

        var late = await person.TicketAsync(client);
        using var eleventh = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket = late, code = person.WrongCode() });
        Assert.Equal(HttpStatusCode.TooManyRequests, eleventh.StatusCode);
    }

    [Fact]
    public async Task Login_PasswordAlone_GivesATicketAndNoSession()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();

        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email = person.Account.Email, password = person.Account.Password });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(300, problem.GetProperty("expiresIn").GetInt32());
        Assert.False(problem.TryGetProperty("accessToken", out _));
        Assert.Single(await SessionsAsync(person.Account.Tokens));

        // A ticket is none of the tokens.
        var ticket = problem.GetProperty("ticket").GetString()!;
        using var bearer = _application.ClientOf(ticket);
        using var me = await bearer.GetAsync("/v1/users/me");
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = ticket });
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
    }

    [Fact]
    public async Task Login_TicketAndCode_GivesASessionThatSaysSo()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        using var password = await client.PostAsJsonAsync(
            "/v1/auth/login", new { email = person.Account.Email, password = person.Account.Password, deviceName = "Ada's desk" });
        var ticket = (await password.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ticket").GetString();

        using var response = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code = await person.CodeAsync(0) });
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));

        Assert.True(response.Headers.CacheControl!.NoStore);
        var session = Assert.Single(await SessionsAsync(tokens), session => session.GetProperty("current").GetBoolean());
        Assert.Equal("Ada's desk", session.GetProperty("device").GetString());
        Assert.Equal(["pwd", "otp"], session.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
    }

    [Fact]
    public async Task Login_OneCodeSentByMany_SignsInOnce()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        await person.SignInAsync(client);
        var tickets = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            tickets.Add(await person.TicketAsync(client));
        }

        var code = await person.CodeAsync(0);
        var answers = await Task.WhenAll(tickets.Select(ticket => ContinueAsync(client, new { ticket, code })));

        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(4, answers.Count(status => status == HttpStatusCode.Unauthorized));

        // Nor is an older one good after it.
        Assert.Equal(
            HttpStatusCode.Unauthorized, await ContinueAsync(client, new { ticket = await person.TicketAsync(client), code = await person.CodeAsync(-1) }));
    }

    [Fact]
    public async Task Login_OneTicketTwice_SignsInOnce()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        await person.SignInAsync(client);
        var ticket = await person.TicketAsync(client);

        var answers = await Task.WhenAll(
            ContinueAsync(client, new { ticket, code = await person.CodeAsync(0) }),
            ContinueAsync(client, new { ticket, recoveryCode = person.RecoveryCodes[1] }),
            ContinueAsync(client, new { ticket, recoveryCode = person.RecoveryCodes[2] }));

        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.Unauthorized, await ContinueAsync(client, new { ticket, code = await person.CodeAsync(1) }));
    }

    [Fact]
    public async Task Login_OneRecoveryCodeSentByMany_SignsInOnce()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        await person.SignInAsync(client);
        var tickets = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            tickets.Add(await person.TicketAsync(client));
        }

        // As somebody types it from paper.
        var recoveryCode = person.RecoveryCodes[1].Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant();
        var answers = await Task.WhenAll(tickets.Select(ticket => ContinueAsync(client, new { ticket, recoveryCode })));

        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        using var me = _application.ClientOf(person.Account.Tokens);
        Assert.Equal(8, (await me.GetFromJsonAsync<JsonElement>("/v1/users/me/two-factor")).GetProperty("recoveryCodesLeft").GetInt32());
    }

    [Fact]
    public async Task Refusals_SayWhetherCodeRecoveryCodeOrTicketIsToBeReplaced()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        var (email, password) = (person.Account.Email, person.Account.Password);

        using var beside = await client.PostAsJsonAsync("/v1/auth/login", new { email, password, code = person.WrongCode() });
        var problem = await beside.ProblemAsync();
        Assert.Equal("second_factor_required", problem.GetProperty("code").GetString());
        Assert.Equal("The code was not accepted", problem.GetProperty("title").GetString());
        var ticket = problem.GetProperty("ticket").GetString();

        Assert.Contains("Send the next one", await RefusalAsync(new { ticket, code = person.WrongCode() }, "invalid_second_factor"), StringComparison.Ordinal);
        var recovery = await RefusalAsync(new { ticket, recoveryCode = "NONE-OF-THEM" }, "invalid_second_factor");
        Assert.Contains("recovery codes", recovery, StringComparison.Ordinal);
        Assert.DoesNotContain("next", recovery, StringComparison.Ordinal);
        var dead = await RefusalAsync(new { ticket = "st_none", code = "123456" }, "invalid_ticket");
        Assert.Contains("Begin again with the password", dead, StringComparison.Ordinal);
        Assert.DoesNotContain("next", dead, StringComparison.Ordinal);

        async Task<string> RefusalAsync(object body, string code)
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/login/second-factor", body);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var refusal = await response.ProblemAsync();
            Assert.Equal(code, refusal.GetProperty("code").GetString());
            return refusal.GetProperty("detail").GetString()!;
        }
    }

    [Fact]
    public async Task Ticket_AfterFiveWrongCodes_IsDeadEvenForTheRightOne()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        await person.SignInAsync(client);
        var ticket = await person.TicketAsync(client);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ContinueAsync(client, new { ticket, code = person.WrongCode() })));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.Unauthorized, await ContinueAsync(client, new { ticket, code = await person.CodeAsync(0) }));
        Assert.Equal(
            HttpStatusCode.OK, await ContinueAsync(client, new { ticket = await person.TicketAsync(client), code = await person.CodeAsync(0) }));
    }

    [Fact]
    public async Task Ticket_AfterThePasswordChanged_IsDead()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.CreateClient();
        var ticket = await person.TicketAsync(client);
        using var me = _application.ClientOf(person.Account.Tokens);
        var (currentPassword, newPassword) = (person.Account.Password, "another horse battery");

        using var without = await me.PutAsJsonAsync("/v1/users/me/password", new { currentPassword, newPassword });
        using var change = await me.PutAsJsonAsync("/v1/users/me/password", new { currentPassword, newPassword, code = await person.CodeAsync(0) });

        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, change.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ContinueAsync(client, new { ticket, code = await person.CodeAsync(1) }));
    }

    [Fact]
    public async Task SecondFactor_GuessedByWhoeverKnowsThePassword_IsPutOffAndForgottenOnlyWithTheRightCode()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var thief = _application.CreateClient();
        thief.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.77");
        var ticket = await person.TicketAsync(thief);
        var next = await person.TicketAsync(thief);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => ContinueAsync(thief, new { ticket = i % 2 == 0 ? ticket : next, code = person.WrongCode() })));

        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(7, answers.Count(status => status == HttpStatusCode.TooManyRequests));

        // Being right about the password does not make them free: it was counted, and is not forgotten.
        await person.TicketAsync(thief);
        using var login = await thief.PostAsJsonAsync("/v1/auth/login", new { email = person.Account.Email, password = person.Account.Password });
        Assert.Equal(HttpStatusCode.TooManyRequests, login.StatusCode);

        // What was put off has cost the ticket no try.
        var right = HttpStatusCode.TooManyRequests;
        await Eventually.TrueAsync(
            async () => (right = await ContinueAsync(thief, new { ticket, code = await person.CodeAsync(0) })) != HttpStatusCode.TooManyRequests,
            TimeSpan.FromSeconds(10),
            "the next attempt is due");
        Assert.Equal(HttpStatusCode.OK, right);
        await person.TicketAsync(thief);
    }

    [Fact]
    public async Task Login_WithTheCodeBesideThePassword_WaitsForNoStranger()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        await GuessFromManyNetworksAsync(person.Account.Email);
        using var client = _application.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.77");
        var (email, password) = (person.Account.Email, person.Account.Password);

        using var without = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        using var wrong = await client.PostAsJsonAsync("/v1/auth/login", new { email, password, code = person.WrongCode() });
        using var right = await client.PostAsJsonAsync("/v1/auth/login", new { email, password, code = await person.CodeAsync(0) });

        Assert.Equal(HttpStatusCode.TooManyRequests, without.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, wrong.StatusCode);
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(right));
        var session = Assert.Single(await SessionsAsync(tokens), session => session.GetProperty("current").GetBoolean());
        Assert.Equal(["pwd", "otp"], session.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
    }

    [Fact]
    public async Task Login_CodesGuessedBesideThePassword_AreCountedAndThenNotLookedAt()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        await GuessFromManyNetworksAsync(person.Account.Email);
        using var thief = _application.CreateClient();
        thief.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.78");
        var (email, password) = (person.Account.Email, person.Account.Password);
        for (var i = 0; i < 10; i++)
        {
            using var wrong = await thief.PostAsJsonAsync("/v1/auth/login", new { email, password, code = person.WrongCode() });
        }

        using var right = await thief.PostAsJsonAsync("/v1/auth/login", new { email, password, code = await person.CodeAsync(0) });

        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
    }

    [Theory]
    [InlineData("""{"code":"123456"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"ticket":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"ticket":"x","code":"123456","recoveryCode":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"ticket":"x","code":"123456"}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"ticket":"st_00000000000000000000000000AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","code":"123456"}""", HttpStatusCode.Unauthorized)]
    public async Task SecondFactor_MadeUp_IsRefused(string body, HttpStatusCode status)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsync("/v1/auth/login/second-factor", new StringContent(body, null, "application/json"));

        Assert.Equal(status, response.StatusCode);
    }

    private static async Task<HttpStatusCode> ContinueAsync(HttpClient client, object request)
    {
        using var response = await client.PostAsJsonAsync("/v1/auth/login/second-factor", request);
        return response.StatusCode;
    }

    private async Task<IReadOnlyList<JsonElement>> SessionsAsync(IssuedTokens tokens)
    {
        using var client = _application.ClientOf(tokens);
        return [.. (await client.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").EnumerateArray()];
    }

    /// <summary>So many wrong passwords that whoever comes from a network that is not known has to wait.</summary>
    private Task GuessFromManyNetworksAsync(string email) => Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
    {
        using var stranger = _application.CreateClient();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.77.{i}.1");
        using var guess = await stranger.PostAsJsonAsync("/v1/auth/login", new { email, password = "guess" });
    }));
}
