using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace AppHost.Tests;

/// <summary>Signing in to TaskService's page, with the real UserService behind it. What the page shows is tested with TaskService.</summary>
public class TasksPageTests(RunningPlatform platform)
{
    private const string Administrator = "admin@platform.example";
    private const string Password = "correct horse battery staple admin";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_LetsAdministratorsInAndNobodyElse_AndEndsTheirSessions()
    {
        var ada = await platform.SignInAsync(Stop);
        await using var browser = await Browser.StartAsync(Stop);
        using var tasks = platform.ClientOf("taskservice");
        var page = await browser.OpenAsync(new Uri(tasks.BaseAddress!, "/tasks"), Stop);

        await SignInAsync(page, ada.Email, ada.Password, until: () => page.SeesAsync("Sign in with the account of an administrator.", "#sign-in-error"));
        using (var users = ada.ClientOf("userservice"))
        {
            var sessions = await users.GetFromJsonAsync<JsonElement>("/v1/sessions", Stop);
            Assert.Equal(ada.SessionId, Assert.Single(sessions.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        }

        await SignInAsync(page, Administrator, Password, until: () => page.SeesAsync("Queues", "main"));
        await page.ReloadAsync();
        await page.SeesAsync("Queues", "main");
        await page.ClickAsync("#sign-out");
        await page.SeesAsync("You have signed out.", "#sign-in-why");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Session_RefreshedByTwoTabsAtOnce_GoesOnForBoth_UntilItIsEnded()
    {
        using var signedIn = await SendAsync(HttpMethod.Post, "", cookie: null, JsonContent.Create(new { name = Administrator, password = Password }));
        var first = CookieOf(signedIn);

        var tabs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => SendAsync(HttpMethod.Post, "/refresh", first, content: null)));
        Assert.All(tabs, tab => Assert.Equal(HttpStatusCode.OK, tab.StatusCode));
        var second = CookieOf(tabs[0]);
        Assert.Equal(second, CookieOf(tabs[1]));
        Assert.NotEqual(first, second);

        using var ended = await SendAsync(HttpMethod.Delete, "", second, content: null);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using var refused = await SendAsync(HttpMethod.Post, "/refresh", second, content: null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    /// <summary>As somebody does who is told to try again: on a busy machine a password takes longer to check than the page may wait.</summary>
    private static async Task SignInAsync(BrowserPage page, string name, string password, Func<Task> until)
    {
        const int most = 3;
        for (var tries = 1; ; tries++)
        {
            await page.TypeAsync("#sign-in input[name=name]", name);
            await page.TypeAsync("#sign-in input[name=password]", password);
            await page.ClickAsync("#sign-in button[type=submit]");
            try
            {
                await until();
                return;
            }
            catch (TimeoutException) when (tries < most)
            {
                // Not let in and not refused.
            }
        }
    }

    private static string CookieOf(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie, HttpContent? content)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var tasks = platform.ClientOf("taskservice");
        using var request = new HttpRequestMessage(method, new Uri(tasks.BaseAddress!, "/tasks/session" + path)) { Content = content };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await client.SendAsync(request, Stop);
    }
}
