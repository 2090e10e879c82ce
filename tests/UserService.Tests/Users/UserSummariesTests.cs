using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.Users;
using Platform.TestKit;
using UserService.Users;

namespace UserService.Tests.Users;

public sealed class UserSummariesTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Clients:reader:Secret"] = "secret-of-the-reader",
        ["Clients:reader:Scopes"] = Scopes.ReadUsers,
    };

    private readonly UserServiceApplication _application = new(service.Redis.ConnectionString, settings: Settings);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Summary_ForAServiceWithTheScope_HasTheNameAndNothingElse()
    {
        var ada = await _application.NewPersonAsync();
        using var reader = await ReaderAsync(_application);

        var summary = await reader.GetFromJsonAsync<JsonElement>($"/v1/users/{ada.Id}/summary");

        Assert.Equal(["id", "displayName"], summary.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Ada Lovelace", summary.GetProperty("displayName").GetString());
    }

    [Fact]
    public async Task Summary_ForPeopleAndOtherServices_IsForbidden()
    {
        var ada = await _application.NewPersonAsync();
        using var asAda = _application.ClientOf(ada.Tokens);
        using var partner = _application.ClientOf(await TokenAsync(_application, "partner", "a:secret with+signs%", "notifications:send"));

        Assert.Equal(HttpStatusCode.Forbidden, (await asAda.GetAsync($"/v1/users/{ada.Id}/summary")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await partner.GetAsync($"/v1/users/{ada.Id}/summary")).StatusCode);
    }

    [Fact]
    public async Task Summaries_OfMany_LeaveOutThoseWhoDoNotExist()
    {
        var (ada, bob) = (await _application.NewPersonAsync(), await _application.NewPersonAsync());
        using var reader = await ReaderAsync(_application);

        var found = await reader.GetFromJsonAsync<UserSummariesResponse>($"/v1/users/summaries?id={ada.Id}&id={PlatformId.New("usr")}&id={bob.Id}");

        Assert.Equal([ada.Id, bob.Id], found!.Items.Select(item => item.Id));
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.GetAsync("/v1/users/summaries")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.GetAsync("/v1/users/summaries?id=ada")).StatusCode);
        var many = string.Join('&', Enumerable.Range(0, 101).Select(_ => $"id={PlatformId.New("usr")}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.GetAsync("/v1/users/summaries?" + many)).StatusCode);
    }

    [Fact]
    public async Task Change_IsSeenHereAtOnceAndOnOtherReplicasWithinASecond()
    {
        await using var other = new UserServiceApplication(service.Redis.ConnectionString, _application.KeyPrefix, Settings);
        var ada = await _application.NewPersonAsync();
        using var asAda = _application.ClientOf(ada.Tokens);
        using var reader = await ReaderAsync(_application);
        using var there = await ReaderAsync(other);
        Assert.Equal("Ada Lovelace", await NameAsync(reader, ada.Id));
        Assert.Equal("Ada Lovelace", await NameAsync(there, ada.Id));

        (await asAda.PatchAsJsonAsync("/v1/users/me", new { displayName = "Countess" })).EnsureSuccessStatusCode();

        Assert.Equal("Countess", await NameAsync(reader, ada.Id));
        await Eventually.TrueAsync(async () => await NameAsync(there, ada.Id) == "Countess", TimeSpan.FromSeconds(5), "the other replica knows the new name");
        (await asAda.DeleteOwnAccountAsync(ada.Password)).EnsureSuccessStatusCode();
        Assert.Null(await NameAsync(reader, ada.Id));
        await Eventually.TrueAsync(async () => await NameAsync(there, ada.Id) is null, TimeSpan.FromSeconds(5), "the other replica knows that she is gone");
    }

    [Fact]
    public async Task Redis_AfterReading_HoldsNoName()
    {
        var ada = await _application.NewPersonAsync();
        using var reader = await ReaderAsync(_application);
        await NameAsync(reader, ada.Id);

        var dump = await RedisDump.ReadAsync(service.Redis.Multiplexer, _application.KeyPrefix);

        Assert.Contains("user:cache:v1:", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada Lovelace", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterPeopleWereSeen_HasThemInItsMemory()
    {
        var ada = await _application.NewPersonAsync();
        var recent = _application.Services.GetRequiredService<RecentUsers>();
        await recent.SeenAsync(ada.Id, CancellationToken.None);

        await using var next = new UserServiceApplication(service.Redis.ConnectionString, _application.KeyPrefix, Settings);
        var cache = next.Services.GetRequiredService<HybridCache>();

        var name = await cache.GetOrCreateAsync<UserSummary?>(
            $"{UserSummaries.Namespace}:{ada.Id}", _ => throw new InvalidOperationException("It was not there."),
            new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableDistributedCache }, cancellationToken: CancellationToken.None);
        Assert.Equal("Ada Lovelace", name!.DisplayName);
    }

    [Fact]
    public async Task Client_ReadsOnceAndForgetsWhenTold()
    {
        // Another service: a cache of its own, in keys of its own.
        await using var caller = new UserServiceApplication(service.Redis.ConnectionString);
        var cache = caller.Services.GetRequiredService<HybridCache>();
        var (ada, bob) = (await _application.NewPersonAsync(), await _application.NewPersonAsync());
        using var counting = new CountingHandler { InnerHandler = _application.Server.CreateHandler() };
        using var http = new HttpClient(counting) { BaseAddress = _application.Server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(_application, "reader", "secret-of-the-reader", Scopes.ReadUsers));
        var users = new UsersClient(http, cache);

        Assert.Equal("Ada Lovelace", (await users.FindAsync(ada.Id, CancellationToken.None))!.DisplayName);
        Assert.Equal("Ada Lovelace", (await users.FindAsync(ada.Id, CancellationToken.None))!.DisplayName);
        Assert.Equal(1, counting.Requests);
        Assert.Equal(2, (await users.FindAsync([ada.Id, bob.Id, PlatformId.New("usr")], CancellationToken.None)).Count);
        Assert.Equal(2, counting.Requests);
        await users.FindAsync(bob.Id, CancellationToken.None);
        Assert.Equal(2, counting.Requests);
        Assert.Null(await users.FindAsync("../sessions", CancellationToken.None));
        Assert.Null(await users.FindAsync(PlatformId.New("usr"), CancellationToken.None));
        Assert.Equal(3, counting.Requests);

        await users.ForgetAsync(ada.Id, CancellationToken.None);

        await users.FindAsync(ada.Id, CancellationToken.None);
        Assert.Equal(4, counting.Requests);
    }

    private static async Task<string?> NameAsync(HttpClient reader, string userId)
    {
        using var response = await reader.GetAsync($"/v1/users/{userId}/summary");
        return response.StatusCode == HttpStatusCode.NotFound ? null : (await response.Content.ReadFromJsonAsync<UserSummary>())!.DisplayName;
    }

    private static async Task<HttpClient> ReaderAsync(UserServiceApplication application) =>
        application.ClientOf(await TokenAsync(application, "reader", "secret-of-the-reader", Scopes.ReadUsers));

    private static async Task<string> TokenAsync(UserServiceApplication application, string id, string secret, string scope)
    {
        using var client = application.CreateClient();
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", id), new("client_secret", secret), new("scope", scope)]);
        using var response = await client.PostAsync("/oauth/token", form);
        return (await UserServiceApplication.ReadAsync(response)).GetProperty("access_token").GetString()!;
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
