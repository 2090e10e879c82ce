using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace UserService.Tests.Users;

public sealed class RegistrationTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Register_UserNameOfOtherCharacters_SaysWhichThereMayBe()
    {
        using var client = service.Application.CreateClient();
        using var response = await client.PostAsJsonAsync(
            "/v1/users", new { email = UserServiceApplication.NewEmail(), password = "correct horse battery", userName = "ada lovelace" });

        var error = await response.ErrorOfAsync("userName");
        Assert.Contains("letters", error, StringComparison.Ordinal);
        Assert.Contains("- . _", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_NewPerson_AnswersWithAccountAndLocation()
    {
        var email = UserServiceApplication.NewEmail();
        using var client = _application.CreateClient();

        using var response = await client.PostAsJsonAsync(
            "/v1/users", new { email, password = "correct horse battery", displayName = "Ada", role = "admin", roles = new[] { "admin" }, id = "usr_mine" });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var account = await UserServiceApplication.ReadAsync(response);
        var id = account.GetProperty("id").GetString()!;
        Assert.StartsWith("usr_", id, StringComparison.Ordinal);
        Assert.NotEqual("usr_mine", id);
        Assert.Equal($"/v1/users/{id}", response.Headers.Location!.OriginalString);
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal(email, account.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.Null, account.GetProperty("userName").ValueKind);
        Assert.Empty(account.GetProperty("roles").EnumerateArray());
        Assert.False(account.TryGetProperty("passwordHash", out _));
    }

    [Fact]
    public async Task Register_FiftyAtOnceWithOneEmail_OneWins()
    {
        var email = UserServiceApplication.NewEmail();
        using var client = _application.CreateClient();

        // Case does not make another address.
        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var response = await client.PostAsJsonAsync(
                "/v1/users", new { email = i % 2 == 0 ? email : email.ToUpperInvariant(), password = $"correct horse {i}" });
            return response.StatusCode;
        }));

        Assert.Single(statuses, status => status == HttpStatusCode.Created);
        Assert.Equal(49, statuses.Count(status => status == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Register_FiftyAtOnceWithOneUserName_OneWinsAndTheOthersKeepNothing()
    {
        var userName = $"ada-{Guid.NewGuid():n}"[..30];
        using var client = _application.CreateClient();
        var emails = Enumerable.Range(0, 50).Select(_ => UserServiceApplication.NewEmail()).ToArray();

        var statuses = await Task.WhenAll(emails.Select(async email =>
        {
            using var response = await client.PostAsJsonAsync("/v1/users", new { email, userName, password = "correct horse battery" });
            return response.StatusCode;
        }));

        var winner = Array.FindIndex(statuses, status => status == HttpStatusCode.Created);
        Assert.Single(statuses, status => status == HttpStatusCode.Created);

        // The address of somebody who lost is free.
        await _application.RegisterAsync(emails[(winner + 1) % emails.Length], "correct horse battery");
    }

    [Theory]
    [InlineData("{}", "email,password")]
    [InlineData("""{"email":"not-an-address","password":"correct horse battery"}""", "email")]
    [InlineData("""{"email":"a b@example.com","password":"correct horse battery"}""", "email")]
    [InlineData("""{"email":"ada@example.com\r\nBcc: x@example.com","password":"correct horse battery"}""", "email")]
    [InlineData("""{"email":"a@example.com","password":"short"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"nul\u0000inside the password"}""", "password")]
    [InlineData("""{"email":"someone@example.com","password":"SOMEONE@example.com"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"Passw0rd!2024"}""", "password")]
    [InlineData("""{"email":"ada.lovelace@example.com","password":"Ada.Lovelace1815"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"analytical-1843-engine","userName":"analytical"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"correct horse battery","userName":"with space"}""", "userName")]
    [InlineData("""{"email":"a@example.com","password":"correct horse battery","userName":"ab"}""", "userName")]
    [InlineData("""{"email":"a@example.com","password":"correct horse battery","userName":"usr_01k9w3zzzzzzzzzzzzzzzzzzzz"}""", "userName")]
    [InlineData("""{"email":"a@example.com","password":"correct horse battery","displayName":"line\nbreak"}""", "displayName")]
    [InlineData("""{"email":"not-an-address","password":"short","userName":"x y"}""", "email,password,userName")]
    public async Task Register_InvalidRequest_NamesEveryRule(string body, string properties)
    {
        using var client = _application.CreateClient();

        using var response = await client.PostAsync("/v1/users", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("validation_failed", problem.GetProperty("code").GetString());
        Assert.Equal("urn:platform:problem:validation-failed", problem.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("traceId").GetString()));
        Assert.Equal(
            properties.Split(','), problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Register_PasswordOfAMegabyte_IsRefusedWithoutHashing()
    {
        using var client = _application.CreateClient();

        using var response = await client.PostAsJsonAsync(
            "/v1/users", new { email = UserServiceApplication.NewEmail(), password = new string('x', 1024 * 1024) });

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge });
    }

    [Fact]
    public async Task Register_TakenEmail_SaysSo()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.CreateClient();

        using var response = await client.PostAsJsonAsync("/v1/users", new { email = person.Email, password = "correct horse battery" });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("email_taken", problem.GetProperty("code").GetString());
        Assert.DoesNotContain(person.Email, problem.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }
}
