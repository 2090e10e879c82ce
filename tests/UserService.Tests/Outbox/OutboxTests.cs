using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using UserService.Keys;
using UserService.Tests.Mail;

namespace UserService.Tests.Outbox;

/// <summary>What people are told reaches NotificationService, whatever state that is in.</summary>
public sealed class OutboxTests(ServiceFixture service)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StolenRefreshToken_IsInTheAuditTrail_AndTheInboxHearsOfIt_OnceTheServiceIsThere()
    {
        var inboxes = new NotificationStandIn { Away = true };
        await using var application = NewApplication(inboxes, new() { ["Sessions:RefreshGrace"] = "00:00:00" });
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        await UserServiceApplication.ReadAsync(await RefreshAsync(client, person.Tokens.RefreshToken));

        using var stolen = await RefreshAsync(client, person.Tokens.RefreshToken);
        await Eventually.TrueAsync(() => inboxes.Refused.Count >= 2, Patience, "delivery was tried");
        inboxes.Away = false;

        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        await Eventually.TrueAsync(() => inboxes.Notifications.Count == 1, Patience, "the notice is delivered");
        var notice = Assert.Single(inboxes.Notifications);
        Assert.Equal((person.Id, "security.token-reused"), (notice.UserId, notice.Category));
        Assert.NotNull(notice.DedupeKey);
        Assert.All(inboxes.Refused, refused => Assert.Equal(
            notice.DedupeKey, JsonSerializer.Deserialize<SendNotificationRequest>(refused, JsonSerializerOptions.Web)!.DedupeKey));
        using var admin = application.ClientOf(await application.SignInAdminAsync());
        Assert.Contains("session.token-reused", await admin.GetStringAsync($"/v1/audit?userId={person.Id}", Stop), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await LengthAsync(application) == 0, Patience, "the outbox is empty");
    }

    [Fact]
    public async Task Message_ThatIsRefusedForGood_IsDroppedAndSaidSo()
    {
        var inboxes = new NotificationStandIn { Away = true, Refusal = HttpStatusCode.NotFound };
        await using var application = NewApplication(inboxes);
        var person = await application.NewPersonAsync();

        await StealAsync(application, person);

        await Eventually.TrueAsync(
            () => application.Logs.Text.Contains("refused a message with 404", StringComparison.Ordinal), Patience, "the log says so");
        await Eventually.TrueAsync(async () => await LengthAsync(application) == 0, Patience, "the outbox is empty");
        Assert.Single(inboxes.Refused);
    }

    [Fact]
    public async Task Messages_AreSealedWhileTheyWait_AndOutliveTheProcess()
    {
        var prefix = RedisFixture.NewPrefix("users");
        SignedIn person;
        var away = new NotificationStandIn { Away = true };
        await using (var first = NewApplication(away, keyPrefix: prefix))
        {
            person = await first.NewPersonAsync();
            await StealAsync(first, person);
            await Eventually.TrueAsync(() => !away.Refused.IsEmpty, Patience, "delivery was tried");
            var keys = first.Services.GetRequiredService<UserKeys>();
            var entry = Assert.Single(await service.Redis.GetDatabase().StreamRangeAsync(keys.Outbox));
            Assert.DoesNotContain("session", (string)entry["message"]!, StringComparison.OrdinalIgnoreCase);
        }

        var inboxes = new NotificationStandIn();
        await using var second = NewApplication(inboxes, keyPrefix: prefix);
        using var client = second.CreateClient();

        await Eventually.TrueAsync(() => inboxes.Notifications.Count > 0, Patience, "the next process delivers it");
        Assert.Equal((person.Id, "security.token-reused"), (Assert.Single(inboxes.Notifications).UserId, inboxes.Notifications.Single().Category));
    }

    private UserServiceApplication NewApplication(
        NotificationStandIn inboxes, Dictionary<string, string?>? settings = null, string? keyPrefix = null) =>
        new(service.Redis.ConnectionString, keyPrefix, settings) { Notifications = inboxes };

    private static async Task<long> LengthAsync(UserServiceApplication application) => await application.Services
        .GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>().GetDatabase()
        .StreamLengthAsync(application.Services.GetRequiredService<UserKeys>().Outbox);

    private static Task<HttpResponseMessage> RefreshAsync(HttpClient client, string refreshToken) =>
        client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken }, Stop);

    /// <summary>Uses a refresh token again whose successor was spent too: no grace, and one message.</summary>
    private static async Task StealAsync(UserServiceApplication application, SignedIn person)
    {
        using var client = application.CreateClient();
        var first = IssuedTokens.Of(await UserServiceApplication.ReadAsync(await RefreshAsync(client, person.Tokens.RefreshToken)));
        await UserServiceApplication.ReadAsync(await RefreshAsync(client, first.RefreshToken));
        using var stolen = await RefreshAsync(client, person.Tokens.RefreshToken);
        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
    }
}
