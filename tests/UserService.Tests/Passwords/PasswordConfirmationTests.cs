using System.Net;
using System.Net.Http.Json;
using UserService.Tests.TwoFactor;

namespace UserService.Tests.Passwords;

/// <summary>What is asked of somebody who is signed in: told when it is missing, counted only when it is wrong.</summary>
public sealed class PasswordConfirmationTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Theory]
    [InlineData("PATCH", "/v1/users/me")]
    [InlineData("PUT", "/v1/users/me/password")]
    [InlineData("DELETE", "/v1/users/me/data")]
    [InlineData("DELETE", "/v1/users/me")]
    public async Task WithoutPassword_TwentyTimes_IsToldSoEachTimeAndNeverCounted(string method, string path)
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        for (var i = 0; i < 20; i++)
        {
            using var response = await SendAsync(client, method, path, new { email = UserServiceApplication.NewEmail(), newPassword = "another horse battery" });
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("The current password is required.", await response.ErrorOfAsync("currentPassword"));
        }

        using var right = await SendAsync(
            client, method, path, new { currentPassword = person.Password, email = UserServiceApplication.NewEmail(), newPassword = "another horse battery" });
        Assert.True(right.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("PATCH", "/v1/users/me")]
    [InlineData("PUT", "/v1/users/me/password")]
    [InlineData("DELETE", "/v1/users/me/data")]
    [InlineData("DELETE", "/v1/users/me")]
    public async Task WithASecondFactor_CodeMissing_IsToldApartFromAWrongOne(string method, string path)
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.ClientOf(person.Account.Tokens);
        var currentPassword = person.Account.Password;
        var (email, newPassword) = (UserServiceApplication.NewEmail(), "another horse battery");

        for (var i = 0; i < 12; i++)
        {
            using var missing = await SendAsync(client, method, path, new { currentPassword, email, newPassword });
            Assert.StartsWith("A code is required", await missing.ErrorOfAsync("code"), StringComparison.Ordinal);
        }

        using var both = await SendAsync(client, method, path, new { currentPassword, email, newPassword, code = "1", recoveryCode = "2" });
        using var wrong = await SendAsync(client, method, path, new { currentPassword, email, newPassword, code = person.WrongCode() });
        using var spent = await SendAsync(client, method, path, new { currentPassword, email, newPassword, recoveryCode = "NONE-OF-THEM" });
        using var right = await SendAsync(client, method, path, new { currentPassword, email, newPassword, recoveryCode = person.RecoveryCodes[0] });

        Assert.Equal("Give either code or recoveryCode.", await both.ErrorOfAsync("code"));
        Assert.StartsWith("The code is wrong", await wrong.ErrorOfAsync("code"), StringComparison.Ordinal);
        Assert.Contains("used before", await spent.ErrorOfAsync("recoveryCode"), StringComparison.Ordinal);
        Assert.True(right.IsSuccessStatusCode);
    }

    [Fact]
    public async Task DeleteOwnAccount_WrongPassword_IsCountedAndLeavesTheAccount()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        using var wrong = await client.DeleteOwnAccountAsync("guess");
        Assert.Equal("The current password is wrong.", await wrong.ErrorOfAsync("currentPassword"));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await client.DeleteOwnAccountAsync("guess");
            return response.StatusCode;
        }));

        Assert.Equal(9, others.Count(status => status == HttpStatusCode.BadRequest));
        Assert.Equal(11, others.Count(status => status == HttpStatusCode.TooManyRequests));
        await _application.SignInAsync(person.Email, person.Password);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, object body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
