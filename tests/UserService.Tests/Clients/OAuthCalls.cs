using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace UserService.Tests.Clients;

/// <summary>Calls of OAuth endpoints.</summary>
internal static class OAuthCalls
{
    public static AuthenticationHeaderValue Gateway { get; } = Basic("gateway", "secret-of-the-gateway");

    public static AuthenticationHeaderValue TaskService { get; } = Basic("taskservice", "secret-of-taskservice");

    public static AuthenticationHeaderValue Basic(string client, string secret) => new("Basic", Convert.ToBase64String(
        Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}")));

    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string token, AuthenticationHeaderValue? authorization) =>
        PostFormAsync(client, path, "token=" + Uri.EscapeDataString(token), authorization);

    public static async Task<HttpResponseMessage> PostFormAsync(
        HttpClient client, string path, string form, AuthenticationHeaderValue? authorization, string type = "application/x-www-form-urlencoded")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(form, Encoding.UTF8, type) };
        request.Headers.Authorization = authorization;
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<string> ServiceTokenAsync(HttpClient client, AuthenticationHeaderValue credentials)
    {
        using var response = await PostFormAsync(client, "/oauth/token", "grant_type=client_credentials", credentials);
        return (await UserServiceApplication.ReadAsync(response)).GetProperty("access_token").GetString()!;
    }

    /// <summary>Checks that a refusal is an OAuth error, which no cache may keep.</summary>
    public static async Task RefusedAsync(HttpResponseMessage response, int status, string error)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(error, json.GetProperty("error").GetString());
        Assert.False(string.IsNullOrEmpty(json.GetProperty("error_description").GetString()));
        Assert.True(status != 401 || response.Headers.WwwAuthenticate.Count > 0);
    }
}
