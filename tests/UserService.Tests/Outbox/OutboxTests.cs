using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using UserService.Keys;

namespace UserService.Tests.Outbox;

/// <summary>What people are told reaches NotificationService, whatever state that is in.</summary>
public sealed class OutboxTests(ServiceFixture service)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StolenRefreshToken_IsInTheAuditTrail_AndTheInboxHearsOfIt_OnceTheServiceIsThere()
    {
        await using var inboxes = await Inboxes.StartAsync(refusals: 2);
        await using var application = NewApplication(inboxes, new() { ["Sessions:RefreshGrace"] = "00:00:00" });
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        await UserServiceApplication.ReadAsync(await RefreshAsync(client, person.Tokens.RefreshToken));

        using var stolen = await RefreshAsync(client, person.Tokens.RefreshToken);

        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        await Eventually.TrueAsync(() => inboxes.Taken.Count == 1, Patience, "the notice is delivered");
        var notice = Assert.Single(inboxes.Taken);
        Assert.Equal((person.Id, "security.token-reused"), (notice.UserId, notice.Category));
        Assert.NotNull(notice.DedupeKey);
        Assert.Equal(2, inboxes.Refused.Count);
        Assert.All(inboxes.Refused, refused => Assert.Equal(notice.DedupeKey, refused.DedupeKey));
        using var admin = application.ClientOf(await application.SignInAdminAsync());
        Assert.Contains("session.token-reused", await admin.GetStringAsync($"/v1/audit?userId={person.Id}", Stop), StringComparison.Ordinal);

        // Nothing is left behind, and nothing was readable while it waited.
        await Eventually.TrueAsync(async () => await LengthAsync(application) == 0, Patience, "the outbox is empty");
    }

    [Fact]
    public async Task Message_ThatIsRefusedForGood_IsDroppedAndSaidSo()
    {
        await using var inboxes = await Inboxes.StartAsync(refusals: 1, StatusCodes.Status404NotFound);
        await using var application = NewApplication(inboxes);
        var person = await application.NewPersonAsync();

        await ChangePasswordAsync(application, person);

        await Eventually.TrueAsync(
            () => application.Logs.Text.Contains("refused a message with 404", StringComparison.Ordinal), Patience, "the log says so");
        await Eventually.TrueAsync(async () => await LengthAsync(application) == 0, Patience, "the outbox is empty");
        Assert.Empty(inboxes.Taken);
    }

    [Fact]
    public async Task Messages_AreSealedWhileTheyWait_AndOutliveTheProcess()
    {
        await using var inboxes = await Inboxes.StartAsync(refusals: int.MaxValue);
        var prefix = RedisFixture.NewPrefix("users");
        SignedIn person;
        await using (var first = NewApplication(inboxes, keyPrefix: prefix))
        {
            person = await first.NewPersonAsync();
            await ChangePasswordAsync(first, person);
            await Eventually.TrueAsync(() => !inboxes.Refused.IsEmpty, Patience, "delivery was tried");
            var keys = first.Services.GetRequiredService<UserKeys>();
            var entry = Assert.Single(await service.Redis.GetDatabase().StreamRangeAsync(keys.Outbox));
            Assert.DoesNotContain("password", (string)entry["message"]!, StringComparison.OrdinalIgnoreCase);
        }

        inboxes.AcceptFromNowOn();
        await using var second = NewApplication(inboxes, keyPrefix: prefix);
        using var client = second.CreateClient();

        await Eventually.TrueAsync(() => !inboxes.Taken.IsEmpty, Patience, "the next process delivers it");
        Assert.Equal((person.Id, "security.password-changed"), (Assert.Single(inboxes.Taken).UserId, inboxes.Taken.Single().Category));
    }

    private UserServiceApplication NewApplication(Inboxes inboxes, Dictionary<string, string?>? settings = null, string? keyPrefix = null)
    {
        settings ??= [];
        settings["services:notificationservice:http:0"] = inboxes.Address;
        return new UserServiceApplication(service.Redis.ConnectionString, keyPrefix, settings);
    }

    private static async Task<long> LengthAsync(UserServiceApplication application) => await application.Services
        .GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>().GetDatabase()
        .StreamLengthAsync(application.Services.GetRequiredService<UserKeys>().Outbox);

    private static Task<HttpResponseMessage> RefreshAsync(HttpClient client, string refreshToken) =>
        client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken }, Stop);

    private static async Task ChangePasswordAsync(UserServiceApplication application, SignedIn person)
    {
        using var client = application.ClientOf(person.Tokens);
        using var changed = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "another correct horse 7391" }, Stop);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
    }

    /// <summary>A service that takes notifications, after it refused some.</summary>
    private sealed class Inboxes : IAsyncDisposable
    {
        private readonly WebApplication _server;
        private int _refusals;

        private Inboxes(WebApplication server, int refusals) => (_server, _refusals) = (server, refusals);

        public ConcurrentQueue<SendNotificationRequest> Taken { get; } = [];

        public ConcurrentQueue<SendNotificationRequest> Refused { get; } = [];

        public string Address => _server.Urls.Single();

        public static async Task<Inboxes> StartAsync(int refusals, int status = StatusCodes.Status503ServiceUnavailable)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var server = builder.Build();
            var inboxes = new Inboxes(server, refusals);
            server.MapPost("/v1/notifications", (SendNotificationRequest request, HttpContext http) =>
            {
                Assert.StartsWith("Bearer ", http.Request.Headers.Authorization.ToString(), StringComparison.Ordinal);
                if (Interlocked.Decrement(ref inboxes._refusals) >= 0)
                {
                    inboxes.Refused.Enqueue(request);
                    return Results.StatusCode(status);
                }

                inboxes.Taken.Enqueue(request);
                return Results.Json(
                    new NotificationResponse("ntf_x", request.Category, request.Title, request.Body, null, null, DateTimeOffset.UtcNow, null),
                    statusCode: StatusCodes.Status201Created);
            });
            await server.StartAsync(Stop);
            return inboxes;
        }

        public void AcceptFromNowOn() => Interlocked.Exchange(ref _refusals, 0);

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
