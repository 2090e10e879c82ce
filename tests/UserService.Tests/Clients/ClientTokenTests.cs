using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserService.Tests.Clients;

public sealed class ClientTokenTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Theory]
    [InlineData("", "The client's credentials are missing")]
    [InlineData("&client_id=taskservice", "The client's credentials are missing")]
    [InlineData("&client_secret=secret-of-taskservice", "The client_id is missing")]
    [InlineData("&client_id=taskservice&client_secret=guess", "The client id or secret is wrong")]
    public async Task Issue_WithoutGoodCredentials_SaysWhatIsMissing(string credentials, string description)
    {
        using var client = service.Application.CreateClient();
        using var form = new StringContent("grant_type=client_credentials" + credentials, null, "application/x-www-form-urlencoded");
        using var response = await client.PostAsync("/oauth/token", form);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var answer = await response.ProblemAsync();
        Assert.Equal("invalid_client", answer.GetProperty("error").GetString());
        Assert.StartsWith(description, answer.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_BasicCredentials_GivesTheScopesThatWereAskedFor()
    {
        using var response = await AskAsync("grant_type=client_credentials&scope=notifications:send", "taskservice", "secret-of-taskservice");

        Assert.True(response.Headers.CacheControl!.NoStore);
        var body = await UserServiceApplication.ReadAsync(response);
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.Equal(300, body.GetProperty("expires_in").GetInt32());
        Assert.Equal("notifications:send", body.GetProperty("scope").GetString());
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal("taskservice", token.Subject);
        Assert.Equal("taskservice", token.GetPayloadValue<string>("client_id"));
        Assert.Equal("notifications:send", token.GetPayloadValue<string>("scope"));
        Assert.False(token.TryGetPayloadValue<string>("sid", out _));
    }

    [Fact]
    public async Task Token_FormCredentialsAndNoScope_GivesAllScopesOfTheClient()
    {
        using var response = await AskAsync("grant_type=client_credentials&client_id=taskservice&client_secret=secret-of-taskservice");

        Assert.Equal(
            "privacy:pseudonymize notifications:send revocations:read people:export users:read", (await UserServiceApplication.ReadAsync(response)).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Token_ScopesConfiguredAsAList_AreAllThere()
    {
        using var response = await AskAsync("grant_type=client_credentials", "gateway", "secret-of-the-gateway");

        Assert.Equal("notifications:send tokens:introspect", (await UserServiceApplication.ReadAsync(response)).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Token_SecretOfSpecialCharacters_IsFormDecodedOnce()
    {
        using var response = await AskAsync("grant_type=client_credentials&scope=privacy:restore", "partner", "a:secret with+signs%");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("grant_type=client_credentials", "taskservice", "wrong", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials", "nobody", "secret-of-taskservice", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials", "TaskService", "secret-of-taskservice", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials", null, null, 401, "invalid_client")]
    [InlineData("grant_type=password&username=a&password=b", "taskservice", "secret-of-taskservice", 400, "unsupported_grant_type")]
    [InlineData("scope=notifications:send", "taskservice", "secret-of-taskservice", 400, "invalid_request")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials", "taskservice", "secret-of-taskservice", 400, "invalid_request")]
    [InlineData("grant_type=client_credentials&scope=user", "taskservice", "secret-of-taskservice", 400, "invalid_scope")]
    [InlineData("grant_type=client_credentials&scope=privacy:restore", "taskservice", "secret-of-taskservice", 400, "invalid_scope")]
    [InlineData("grant_type=client_credentials&client_id=taskservice&client_secret=secret-of-taskservice", "taskservice", "secret-of-taskservice", 400, "invalid_request")]
    public async Task Token_RefusedRequest_AnswersAsOAuthDoes(string form, string? client, string? secret, int status, string error)
    {
        using var response = await AskAsync(form, client, secret);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(error, body.GetProperty("error").GetString());
        Assert.False(string.IsNullOrEmpty(body.GetProperty("error_description").GetString()));
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Basic"));
    }

    [Fact]
    public async Task Token_OfAService_IsNoPerson()
    {
        using var response = await AskAsync("grant_type=client_credentials", "taskservice", "secret-of-taskservice");
        var token = (await UserServiceApplication.ReadAsync(response)).GetProperty("access_token").GetString()!;
        using var client = _application.ClientOf(token);

        foreach (var path in (string[])["/v1/users/me", "/v1/users", "/v1/sessions"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(path)).StatusCode);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string form, string? client = null, string? secret = null)
    {
        using var http = _application.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token");
        request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        if (client is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(
                Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret!)}")));
        }

        return await http.SendAsync(request);
    }
}
