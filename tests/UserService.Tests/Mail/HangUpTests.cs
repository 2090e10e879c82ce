using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.EmailConfirmations;
using UserService.PasswordResets;
using UserService.Sessions;
using UserService.Tests.Registrations;
using UserService.Users;

namespace UserService.Tests.Mail;

/// <summary>Whoever changes what guards an account, and hangs up the moment it is stored, does not keep its owner from being told.</summary>
public sealed class HangUpTests(ServiceFixture service) : IAsyncLifetime
{
    private const string NewPassword = "another correct horse 7391";

    private readonly UserServiceApplication _application = new(service.Redis.ConnectionString, settings: ConfirmedRegistrationTests.Required());
    private readonly HangingUp _caller = new();
    private WebApplicationFactory<Program>? _running;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _running = _application.WithWebHostBuilder(builder => builder.ConfigureTestServices(
            services => services.AddSingleton<IUserValidator<User>>(_caller)));
        using var client = _running.CreateClient();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync(new Uri("/health", UriKind.Relative), Stop)).IsSuccessStatusCode, TimeSpan.FromSeconds(30), "the service is ready");
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _running!.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Password_Changed_TheOwnerIsTold()
    {
        var (email, password) = await RegisterAsync();
        using var client = _running!.CreateClient();
        using var login = await client.PostAsJsonAsync("/v1/auth/login", new { email, password }, Stop);
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(login));
        await using var scope = _running.Services.CreateAsyncScope();
        var user = await UserAsync(scope, email);
        _caller.WaitFor(user.Id);

        var result = await scope.ServiceProvider.GetRequiredService<Accounts>().ChangePasswordAsync(
            user, tokens.SessionId, new ChangePasswordRequest(password, NewPassword), _caller.Aborted);

        Assert.True(result.Succeeded);
        Assert.True(_caller.Aborted.IsCancellationRequested);
        await _application.Notifications.MailAsync(email, "Your password was changed");
    }

    [Fact]
    public async Task Password_Reset_TheOwnerIsTold()
    {
        var (email, _) = await RegisterAsync();
        await using var scope = _running!.Services.CreateAsyncScope();
        var resetter = scope.ServiceProvider.GetRequiredService<PasswordResetter>();
        await resetter.RequestAsync(email, Stop);
        var token = await _application.Notifications.TokenAsync(email, "Reset your password");
        _caller.WaitFor((await UserAsync(scope, email)).Id);

        var result = await resetter.ConfirmAsync(token, NewPassword, new Device("curl", null, "198.51.100.9"), _caller.Aborted);

        Assert.True(result?.Succeeded);
        await _application.Notifications.MailAsync(email, "Your password was changed");
    }

    [Fact]
    public async Task Address_Changed_TheFormerOneIsTold()
    {
        var (former, _) = await RegisterAsync();
        var email = UserServiceApplication.NewEmail();
        await using var scope = _running!.Services.CreateAsyncScope();
        var emails = scope.ServiceProvider.GetRequiredService<EmailConfirmer>();
        var user = await UserAsync(scope, former);
        await emails.RequestAsync(user, email, user.Id, Stop);
        var token = await _application.Notifications.TokenAsync(email, "Confirm your e-mail address");
        _caller.WaitFor(user.Id);

        Assert.True(await emails.ConfirmAsync(token, _caller.Aborted));

        await _application.Notifications.MailAsync(former, "Your e-mail address was changed");
    }

    private async Task<(string Email, string Password)> RegisterAsync()
    {
        var (email, password) = (UserServiceApplication.NewEmail(), $"correct horse {Guid.NewGuid():n}");
        await using var scope = _running!.Services.CreateAsyncScope();
        var user = new User { Email = email, EmailConfirmed = true };
        user.UserName = user.Id;
        Assert.True((await scope.ServiceProvider.GetRequiredService<Accounts>().RegisterAsync(user, password, Stop)).Succeeded);
        return (email, password);
    }

    private static async Task<User> UserAsync(AsyncServiceScope scope, string email) =>
        (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(email))!;

    /// <summary>Identity asks it last of all before it stores an account.</summary>
    private sealed class HangingUp : IUserValidator<User>, IDisposable
    {
        private readonly CancellationTokenSource _aborting = new();
        private string? _account;

        public CancellationToken Aborted => _aborting.Token;

        public void WaitFor(string account) => _account = account;

        public async Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user)
        {
            if (user.Id == _account)
            {
                await _aborting.CancelAsync();
            }

            return IdentityResult.Success;
        }

        public void Dispose() => _aborting.Dispose();
    }
}
