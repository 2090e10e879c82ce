using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Page;

/// <summary>Who gets in to the page, stays in, and gets out.</summary>
[Collection(PageFixture.Name)]
public sealed class SignInTests(PageFixture fixture)
{
    private static readonly object Admin = new { name = "admin@example.com", password = FakeSignIn.Password };

    [Fact]
    public async Task Person_WhoIsNoAdministrator_DoesNotGetIn_AndTheSessionIsEnded()
    {
        var page = await fixture.OpenAsync("/overview", "ada@example.com");

        await page.SeesAsync("Sign in with the account of an administrator.", "#sign-in-error");
        Assert.Equal("", await page.TextAsync("main"));
        Assert.NotEmpty(fixture.SignIn.Ended);
        Assert.DoesNotContain(page.Requests, request => request.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal));

        await PageFixture.SignInAsync(page, "admin@example.com", "wrong");
        await page.SeesAsync("Check the e-mail address", "#sign-in-error");
        await PageFixture.SignInAsync(page, "admin@example.com");
        await page.SeesAsync("Queues");
        Assert.All(fixture.SignIn.Addresses, address => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(address))));
    }

    [Fact]
    public async Task Administrator_WithASecondFactor_IsAskedForTheCode_StaysInOverAReload_AndGetsOut()
    {
        var page = await fixture.OpenAsync("/overview", "careful-admin@example.com");
        await page.TypeAsync("#sign-in input[name=code]", "000000");
        await page.ClickAsync("#sign-in button[type=submit]");
        await page.SeesAsync("The code is wrong.", "#sign-in-error");
        await page.TypeAsync("#sign-in input[name=code]", FakeSignIn.Code);
        await page.PressAsync("Enter", 13);
        await page.SeesAsync("Queues");

        // No script can take what keeps people signed in.
        Assert.Equal("", (await page.EvaluateAsync("document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage)")).GetString());
        await Task.WhenAll(page.ReloadAsync(), page.OpenTabAsync(new Uri(fixture.Address, "/tasks#/overview")));
        var tab = await page.OpenTabAsync(new Uri(fixture.Address, "/tasks#/overview"));
        await page.SeesAsync("Queues");
        await tab.SeesAsync("Queues");

        var ended = fixture.SignIn.Ended.Count;
        await page.ClickAsync("#sign-out");
        await page.SeesAsync("You have signed out.", "#sign-in-why");
        Assert.Equal(ended + 1, fixture.SignIn.Ended.Count);
        Assert.Equal("", await page.TextAsync("main"));
        await page.ReloadAsync();
        await page.SeesAsync("With the account of an administrator.", "#sign-in-why");
    }

    /// <summary>As UserService asks for it (RFC 9470): what was to be done is done once somebody has signed in.</summary>
    [Fact]
    public async Task Action_ThatWantsAFreshSignIn_AsksForIt_AndIsCarriedOutThen()
    {
        var page = await fixture.OpenAsync("/overview");
        await page.SeesAsync("aside", "tbody");
        await page.EvaluateAsync("""
            {
              const real = window.fetch;
              window.fetch = (address, options) => address.endsWith('/pause') && !window.challenged
                ? (window.challenged = Promise.resolve(new Response('{"code":"insufficient_user_authentication"}', { status: 401, headers: { 'content-type': 'application/problem+json' } })))
                : real(address, options);
            }
            """);

        await page.ClickAsync("button[aria-label='Pause aside']");
        await page.ClickAsync("dialog[open] button[type=submit]", "Pause");
        await page.SeesAsync("you have to have signed in just now", "#sign-in-why");
        await PageFixture.SignInAsync(page, "admin@example.com");

        await page.SeesAsync("paused", "tr[data-key=aside]");
        await page.ClickAsync("button[aria-label='Resume aside']");
        await page.SeesNoMoreAsync("paused", "tr[data-key=aside]");
    }

    [Fact]
    public async Task Session_InTwoTabsAtOnce_IsRefreshedForBoth()
    {
        using var client = fixture.NewClient();
        var signedIn = await client.PostAsJsonAsync("/tasks/session", Admin);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; path=/tasks/session; samesite=strict; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no-store", signedIn.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        var tabs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RefreshAsync(cookie.Split(';')[0])));

        Assert.All(tabs, tab => Assert.Equal(HttpStatusCode.OK, tab.StatusCode));
        Assert.Equal(tabs[0].Headers.GetValues("Set-Cookie"), tabs[1].Headers.GetValues("Set-Cookie"));
        await (await RefreshAsync("tasks-session=rt_made-up")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
    }

    [Fact]
    public async Task Cookie_ThatIsNoRefreshToken_IsNotShownToUserService()
    {
        using var client = fixture.App.CreateDefaultClient(fixture.Address);
        client.DefaultRequestHeaders.Add("Cookie", "tasks-session=no-token");

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/tasks/session")).StatusCode);
        await (await client.PostAsync("/tasks/session/refresh", null)).ProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");

        Assert.DoesNotContain("no-token", fixture.SignIn.Ended);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task Session_AskedForByAnotherSite_IsRefused(string header, string value)
    {
        using var client = fixture.NewClient();
        client.DefaultRequestHeaders.Add(header, value);

        await (await client.PostAsJsonAsync("/tasks/session", Admin)).ProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
        await (await client.PostAsync("/tasks/session/refresh", null)).ProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
        await (await client.DeleteAsync("/tasks/session")).ProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"ada"}""")]
    [InlineData("""{"name":"ada","password":""}""")]
    [InlineData("""{"ticket":"t","code":"1","recoveryCode":"2"}""")]
    [InlineData("""{"name":"ada","password":"p","ticket":"t","code":"1"}""")]
    public async Task SignIn_ThatIsNone_SaysWhatToSend(string body)
    {
        using var client = fixture.NewClient();
        await (await client.PostAsync("/tasks/session", TaskCalls.Content(System.Text.Encoding.UTF8.GetBytes(body), "application/json")))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_sign_in");
    }

    [Fact]
    public async Task UserService_Away_IsSaid_AndSigningOutForgetsTheSessionAllTheSame()
    {
        using var client = fixture.NewClient();
        (await client.PostAsJsonAsync("/tasks/session", Admin)).EnsureSuccessStatusCode();
        fixture.SignIn.IsAway = true;
        try
        {
            var refused = await client.PostAsJsonAsync("/tasks/session", Admin);
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "sign_in_unavailable");
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            await (await client.PostAsync("/tasks/session/refresh", null)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "sign_in_unavailable");

            await (await client.DeleteAsync("/tasks/session")).ProblemAsync(HttpStatusCode.ServiceUnavailable, "session_not_ended");
            await (await client.PostAsync("/tasks/session/refresh", null)).ProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        }
        finally
        {
            fixture.SignIn.IsAway = false;
        }
    }

    [Fact]
    public async Task Files_AreServedWithAStrictPolicy_AndOnlyWhenTheyHaveChanged()
    {
        using var client = fixture.NewClient();
        using var page = await client.GetAsync("/tasks");
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'; script-src 'self';", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(page.Headers.CacheControl!.NoCache);

        client.DefaultRequestHeaders.IfNoneMatch.Add(page.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync("/tasks")).StatusCode);
        Assert.Equal("text/javascript", (await client.GetAsync("/tasks/assets/page.js")).Content.Headers.ContentType!.MediaType);
        await (await client.GetAsync("/tasks/assets/appsettings.json")).ProblemAsync(HttpStatusCode.NotFound, "file_not_found");
    }

    private async Task<HttpResponseMessage> RefreshAsync(string cookie)
    {
        using var client = fixture.App.CreateDefaultClient(fixture.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/session/refresh") { Headers = { { "Cookie", cookie } } };
        return await client.SendAsync(request);
    }
}
