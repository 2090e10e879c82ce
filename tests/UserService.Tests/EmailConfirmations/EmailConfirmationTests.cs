using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.Keys;
using UserService.Mail;
using UserService.Tests.Registrations;
using UserService.Users;

namespace UserService.Tests.EmailConfirmations;

public sealed class EmailConfirmationTests(ServiceFixture service)
{
    private const string Confirm = "Confirm your e-mail address";

    [Fact]
    public async Task Change_AddressesAreConfirmed_KeepsTheOldOneUntilThenAndTellsIt()
    {
        await using var application = await RequiredAsync();
        var (person, client) = await SignedInAsync(application);
        var email = UserServiceApplication.NewEmail();

        using var change = await ChangeAsync(client, email, person.Password);
        Assert.Equal(HttpStatusCode.Accepted, change.StatusCode);
        var answer = await UserServiceApplication.ReadAsync(change);
        Assert.Equal(person.Email, answer.GetProperty("email").GetString());
        Assert.Contains("send this change again", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await application.Notifications.MailAsync(person.Email, "Your e-mail address is about to change");
        var token = await application.Notifications.TokenAsync(email, Confirm);
        await application.SignInAsync(person.Email, person.Password);

        Assert.Equal(HttpStatusCode.NoContent, await ConfirmAsync(application, token));

        var me = await client.GetFromJsonAsync<JsonElement>("/v1/users/me", Cancellation);
        Assert.Equal(email, me.GetProperty("email").GetString());
        Assert.True(me.GetProperty("emailConfirmed").GetBoolean());
        await application.SignInAsync(email, person.Password);
        await application.Notifications.MailAsync(person.Email, "Your e-mail address was changed");
        Assert.Equal(HttpStatusCode.BadRequest, await ConfirmAsync(application, token));
    }

    [Fact]
    public async Task Change_SentAgain_SendsAnotherEmail()
    {
        await using var application = await RequiredAsync();
        var (person, client) = await SignedInAsync(application);
        var email = UserServiceApplication.NewEmail();

        using var first = await ChangeAsync(client, email, person.Password);
        using var again = await ChangeAsync(client, email, person.Password);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await ConfirmAsync(application, await application.Notifications.TokenAsync(email, Confirm, count: 2)));
    }

    [Fact]
    public async Task Change_ToATakenAddress_IsAnsweredAlikeAndTellsItsOwner()
    {
        await using var application = await RequiredAsync();
        var (person, client) = await SignedInAsync(application);
        var (other, _) = await SignedInAsync(application);

        using var taken = await ChangeAsync(client, other.Email, person.Password);
        using var free = await ChangeAsync(client, UserServiceApplication.NewEmail(), person.Password);

        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        Assert.Equal(await free.Content.ReadAsStringAsync(Cancellation), await taken.Content.ReadAsStringAsync(Cancellation));
        await application.Notifications.MailAsync(other.Email, "You already have an account");
        Assert.DoesNotContain(application.Notifications.MailsTo(other.Email), mail => mail.Subject == Confirm);
    }

    [Fact]
    public async Task Change_ThenAnotherPassword_MakesTheConfirmationWorthless()
    {
        await using var application = await RequiredAsync();
        var (person, client) = await SignedInAsync(application);
        var email = UserServiceApplication.NewEmail();
        using var change = await ChangeAsync(client, email, person.Password);
        var token = await application.Notifications.TokenAsync(email, Confirm);

        using var password = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "the owner is back" }, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, password.StatusCode);

        Assert.Equal(HttpStatusCode.BadRequest, await ConfirmAsync(application, token));
    }

    [Fact]
    public async Task Change_AskedForUnderAPasswordThatIsAnotherByNow_IssuesNothing()
    {
        await using var application = await RequiredAsync();
        var (person, _) = await SignedInAsync(application);
        await using var scope = application.Services.CreateAsyncScope();
        var errands = scope.ServiceProvider.GetRequiredService<MailErrands>();
        var tokens = application.Services.GetRequiredService<UserKeys>().OneUseTokens(person.Id, "email-confirmation");
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(person.Id);
        var email = UserServiceApplication.NewEmail();

        await errands.RunAsync(new MailErrand.EmailConfirmation(person.Id, email, "digest of another stamp"), Cancellation);
        Assert.False(await service.Redis.GetDatabase().KeyExistsAsync(tokens));

        await errands.RunAsync(new MailErrand.EmailConfirmation(person.Id, email, AccountCodec.SecurityDigest(user!)), Cancellation);
        Assert.True(await service.Redis.GetDatabase().KeyExistsAsync(tokens));
    }

    [Theory]
    [InlineData("nobody", "right")]
    [InlineData("ada@example.com", "wrong")]
    public async Task Change_InvalidAddressOrPassword_IsRefused(string email, string password)
    {
        await using var application = await RequiredAsync();
        var (person, client) = await SignedInAsync(application);

        using var change = await ChangeAsync(client, email, password == "right" ? person.Password : password);

        Assert.Equal(HttpStatusCode.BadRequest, change.StatusCode);
    }

    [Fact]
    public async Task Request_AddressNotConfirmedYet_SendsItAgainAndConfirms()
    {
        var application = service.Application;
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);

        using var first = await client.PostAsync(new Uri("/v1/users/me/email-confirmation", UriKind.Relative), null, Cancellation);
        using var again = await client.PostAsync(new Uri("/v1/users/me/email-confirmation", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        var token = await application.Notifications.TokenAsync(person.Email, Confirm, count: 2);
        Assert.Equal(HttpStatusCode.NoContent, await ConfirmAsync(application, token));

        Assert.True((await client.GetFromJsonAsync<JsonElement>("/v1/users/me", Cancellation)).GetProperty("emailConfirmed").GetBoolean());
        using var done = await client.PostAsync(new Uri("/v1/users/me/email-confirmation", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
    }

    [Fact]
    public async Task Change_AddressesAreNotConfirmed_KillsTheTokensOfTheOldOne()
    {
        var application = service.Application;
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);
        using var reset = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = person.Email }, Cancellation);
        var token = await application.Notifications.TokenAsync(person.Email, "Reset your password");

        using var change = await ChangeAsync(client, UserServiceApplication.NewEmail(), person.Password);
        Assert.Equal(HttpStatusCode.OK, change.StatusCode);

        using var confirm = await client.PostAsJsonAsync(
            "/v1/auth/password-reset/confirm", new { token, newPassword = "of whoever reads the old mail" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, confirm.StatusCode);
        await application.Notifications.MailAsync(person.Email, "Your e-mail address was changed");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<UserServiceApplication> RequiredAsync()
    {
        var application = new UserServiceApplication(service.Redis.ConnectionString, settings: ConfirmedRegistrationTests.Required());
        await application.ReadyAsync();
        return application;
    }

    private static async Task<(SignedIn Person, HttpClient Client)> SignedInAsync(UserServiceApplication application)
    {
        var email = UserServiceApplication.NewEmail();
        var password = $"correct horse {Guid.NewGuid():n}";
        using var client = application.CreateClient();
        using var registered = await client.PostAsJsonAsync("/v1/users", new { email, password }, Cancellation);
        var token = await application.Notifications.TokenAsync(email, "Finish your registration");
        using var confirmed = await client.PostAsJsonAsync("/v1/users/confirm", new { token, password }, Cancellation);
        var account = await UserServiceApplication.ReadAsync(confirmed);
        var tokens = await application.SignInAsync(email, password);
        return (new SignedIn(account.GetProperty("id").GetString()!, email, password, tokens), application.ClientOf(tokens));
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string email, string currentPassword) =>
        client.PatchAsJsonAsync("/v1/users/me", new { email, currentPassword }, Cancellation);

    private static async Task<HttpStatusCode> ConfirmAsync(UserServiceApplication application, string token)
    {
        using var client = application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/users/email-confirmation/confirm", new { token }, Cancellation);
        return response.StatusCode;
    }
}
