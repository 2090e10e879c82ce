using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace AppHost.Tests;

/// <summary>A copied refresh token: what it is worth, and who hears of it, over the services as they run.</summary>
public sealed class TheftTests(RunningPlatform platform)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RefreshTokenUsedAgain_EndsItsFamily_IsWrittenDown_AndItsOwnerIsTold()
    {
        var ada = await platform.SignInAsync(Stop);
        using var users = platform.ClientOf("userservice");
        using var login = await users.PostAsJsonAsync("/v1/auth/login", new { email = ada.Email, password = ada.Password }, Stop);
        var first = await login.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var second = await RefreshAsync(users, first);
        var third = await RefreshAsync(users, second);

        // Its successor has been spent too, so this is no answer that was lost.
        using var stolen = await users.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = Text(first, "refreshToken") }, Stop);
        using var newest = await users.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = Text(third, "refreshToken") }, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, newest.StatusCode);
        users.DefaultRequestHeaders.Authorization = new("Bearer", Text(third, "accessToken"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await users.GetAsync("/v1/users/me", Stop)).StatusCode);
        using var own = ada.ClientOf("userservice");
        Assert.Contains(
            Items(await own.GetFromJsonAsync<JsonElement>("/v1/users/me/audit", Stop)),
            item => Text(item, "action") == "session.token-reused" && Text(item, "detail") == Text(first, "sessionId"));
        using var inbox = ada.ClientOf("notificationservice");
        await Eventually.TrueAsync(
            async () => Items(await inbox.GetFromJsonAsync<JsonElement>("/v1/notifications", Stop))
                .Count(item => Text(item, "category") == "security.token-reused") == 1,
            TimeSpan.FromSeconds(20), "the inbox holds the notice, once");
    }

    private static async Task<JsonElement> RefreshAsync(HttpClient users, JsonElement tokens)
    {
        using var response = await users.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = Text(tokens, "refreshToken") }, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private static JsonElement[] Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];
}
