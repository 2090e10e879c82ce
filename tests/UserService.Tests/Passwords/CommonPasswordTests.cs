using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using UserService.Passwords;

namespace UserService.Tests.Passwords;

public sealed class CommonPasswordTests(ServiceFixture service)
{
    [Theory]
    [InlineData("password")]
    [InlineData("PASSWORD")]
    [InlineData("Password123!")]
    [InlineData("p4ssw0rd")]
    [InlineData("P@$$w0rd1")]
    [InlineData("!!password!!")]
    [InlineData("pass word 99")]
    [InlineData("12345678")]
    [InlineData("87654321")]
    [InlineData("12345678!!")]
    [InlineData("qwertyuiop")]
    [InlineData("1q2w3e4r5t")]
    [InlineData("zxcvbnm,./")]
    [InlineData("aaaaaaaa")]
    [InlineData("iloveyou")]
    [InlineData("ILoveYou2")]
    [InlineData("Summer2026!")]
    [InlineData("dragondragon")]
    [InlineData("Michael19841231")]
    [InlineData("liverpoolfc")]
    [InlineData("trustno1")]
    [InlineData("letmein!!")]
    [InlineData("1986batman")]
    public void Contains_WhatIsTriedFirst_IsKnown(string password) => Assert.True(CommonPasswords.Contains(password));

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("another horse entirely")]
    [InlineData("dragon eats monkey")]
    [InlineData("administrators-password")]
    [InlineData("love-8041957362")]
    [InlineData("vK7#pq!x2ZmT")]
    [InlineData("8f1c2a9e-4b7d")]
    [InlineData("739201846502")]
    [InlineData("")]
    [InlineData("    ")]
    public void Contains_WhatHasToBeGuessed_IsNotKnown(string password) => Assert.False(CommonPasswords.Contains(password));

    [Fact]
    public void List_AsBundled_HasThousandsOfEntries() => Assert.InRange(CommonPasswords.Count, 5_000, 20_000);

    [Fact]
    public async Task Register_CommonPassword_SaysWhatToDo()
    {
        using var client = service.Application.CreateClient();

        using var response = await client.PostAsJsonAsync(
            "/v1/users", new { email = UserServiceApplication.NewEmail(), password = "Liverpool2024" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        var message = Assert.Single(problem.GetProperty("errors").GetProperty("password").EnumerateArray()).GetString();
        Assert.Contains("Choose several words", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Liverpool", problem.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("grace hopper 1906", HttpStatusCode.BadRequest)]
    [InlineData("HOPPER, summer2024", HttpStatusCode.BadRequest)]
    [InlineData("x hopper@navy.example x", HttpStatusCode.BadRequest)]
    [InlineData("hopper counts for nothing here", HttpStatusCode.Created)]
    public async Task Register_NameInsideThePassword_CountsForNothing(string password, HttpStatusCode expected)
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        using var client = application.CreateClient();

        using var response = await client.PostAsJsonAsync(
            "/v1/users", new { email = "hopper@navy.example", password, displayName = "Grace Hopper" });

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task ChangePassword_ToACommonOne_IsRefusedAndChangesNothing()
    {
        var person = await service.Application.NewPersonAsync();
        using var client = service.Application.ClientOf(person.Tokens);

        using var response = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "Qwerty123456" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("newPassword", out _));
        await service.Application.SignInAsync(person.Email, person.Password);
    }
}
