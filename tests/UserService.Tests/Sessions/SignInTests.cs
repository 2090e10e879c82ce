using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace UserService.Tests.Sessions;

public sealed class SignInTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Login_ByEmailOrUserName_GivesTokensThatWork()
    {
        var userName = $"Ada-{Guid.NewGuid():n}";
        var email = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(email, "correct horse battery", userName);
        using var client = _application.CreateClient();

        foreach (object request in (object[])
        [
            new { email, password = "correct horse battery" },
            new { email = email.ToUpperInvariant(), password = "correct horse battery" },
            new { userName = userName.ToLowerInvariant(), password = "correct horse battery" },
        ])
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/login", request);
            var body = await UserServiceApplication.ReadAsync(response);

            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.Equal("Bearer", body.GetProperty("tokenType").GetString());
            Assert.Equal(300, body.GetProperty("expiresIn").GetInt32());
            Assert.StartsWith("rt_", body.GetProperty("refreshToken").GetString(), StringComparison.Ordinal);
            using var me = _application.ClientOf(IssuedTokens.Of(body));
            Assert.Equal(userName, (await me.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("userName").GetString());
        }
    }

    [Fact]
    public async Task Login_UnknownPersonAndWrongPassword_GetTheSameAnswer()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.CreateClient();
        var answers = new List<string>();
        foreach (object request in (object[])
        [
            new { email = UserServiceApplication.NewEmail(), password = person.Password },
            new { email = person.Email, password = "wrong" },
            new { email = person.Email, password = person.Password + "\0" },
            new { email = person.Email, password = " " + person.Password },
            new { userName = person.Id, password = person.Password },
        ])
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/login", request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            answers.Add($"{problem.GetProperty("type")} {problem.GetProperty("code")} {problem.GetProperty("title")} {problem.GetProperty("detail")}");
        }

        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData("""{"email":"a@example.com"}""")]
    [InlineData("""{"password":"x"}""")]
    [InlineData("""{"email":"a@example.com","userName":"a","password":"x"}""")]
    [InlineData("""{"email":"a@example.com","password":1}""")]
    [InlineData("""{"email":"a@example.com","password":"\ud800"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task Login_MalformedRequest_IsABadRequest(string body)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsync("/v1/auth/login", new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Logout_EndsTheSession()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        using var logout = await client.PostAsync("/v1/auth/logout", null);
        using var again = await client.PostAsync("/v1/auth/logout", null);

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        using var me = await client.GetAsync("/v1/users/me");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        Assert.Contains("invalid_token", me.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
    }
}
