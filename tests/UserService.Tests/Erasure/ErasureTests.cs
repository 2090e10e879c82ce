using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Contracts;
using Platform.TestKit;
using UserService.Audit;
using UserService.Keys;
using UserService.Lockout;
using UserService.OneUse;
using UserService.Sessions;
using UserService.TwoFactor;
using UserService.Users;

namespace UserService.Tests.Erasure;

public sealed class ErasureTests : IAsyncLifetime
{
    private static readonly Device Somewhere = new("Test", null, "203.0.113.40");

    private readonly ServiceFixture _service;
    private readonly OtherServices _others = new();
    private readonly UserServiceApplication _application;
    private readonly WebApplicationFactory<Program> _running;

    public ErasureTests(ServiceFixture service)
    {
        _service = service;
        _application = new UserServiceApplication(service.Redis.ConnectionString);
        _running = _others.Around(_application);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Erase_Me_IsDoneEverywhereWithASignedReceipt()
    {
        var ada = await NewPersonAsync("ada-the-first");
        using var client = ClientOf(ada.Tokens.AccessToken);

        using var response = await EraseAsync(client, "me", ada.Password);
        var receipt = await UserServiceApplication.ReadAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("done", ada.Id), (Text(receipt, "state"), Text(receipt, "userId")));
        Assert.Equal(
            ["userservice", "taskservice", "privacyservice", "notificationservice"],
            receipt.GetProperty("services").EnumerateArray().Select(service => Text(service, "service")));
        Assert.All(receipt.GetProperty("services").EnumerateArray(), service => Assert.Equal("done", Text(service, "state")));
        Assert.Equal((1, 1), (CountOf(receipt, "userservice", "accounts"), CountOf(receipt, "userservice", "sessions")));
        Assert.Equal(10, CountOf(receipt, "taskservice", "things"));
        await AssertSignedAsync(receipt);
        Assert.All(_others.Calls, call =>
        {
            Assert.Equal(ada.Id, call.UserId);
            Assert.Equal("people:erase", new JsonWebToken(call.Token).GetClaim("scope").Value);
        });
    }

    [Fact]
    public async Task Erase_Me_LeavesNothingOfThePersonInRedis()
    {
        var ada = await NewPersonAsync("ada-the-second");
        using var client = ClientOf(ada.Tokens.AccessToken);
        await using var scope = _running.Services.CreateAsyncScope();
        var user = (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(ada.Id))!;
        await scope.ServiceProvider.GetRequiredService<OneUseTokens>().IssueAsync(
            OneUsePurpose.PasswordReset, user, [1], TimeSpan.FromMinutes(1), CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<SignInTickets>().OpenAsync(user, Somewhere, CancellationToken.None);
        (await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = ada.Password })).EnsureSuccessStatusCode();
        var before = await DumpAsync();
        Assert.All(
            ["one-use", "ticket", "tickets", "pending-factor", "known-networks"],
            family => Assert.Contains($"user:{family}:v1:", before, StringComparison.Ordinal));

        (await EraseAsync(client, "me", ada.Password)).Dispose();

        var dump = await DumpAsync();
        Assert.All([ada.Email, "ada-the-second", ada.Tokens.SessionId], trace => Assert.DoesNotContain(trace, dump, StringComparison.OrdinalIgnoreCase));
        AssertOnlyAsFact(ada.Id, dump);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/users/me")).StatusCode);
        await NewPersonAsync("ada-the-second", ada.Email);
    }

    [Fact]
    public async Task Erase_WhileASignInIsUnderWay_BringsNothingOfThePersonBack()
    {
        var ada = await NewPersonAsync("ada-the-third");
        using var client = ClientOf(ada.Tokens.AccessToken);
        await using var scope = _running.Services.CreateAsyncScope();
        var user = (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(ada.Id))!;
        (await EraseAsync(client, "me", ada.Password)).Dispose();

        await scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(AuditActions.SessionStarted, AuditOutcome.Refused, ada.Id, "late");
        await scope.ServiceProvider.GetRequiredService<Attempts>().SucceedAsync(user, Somewhere, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<SignInTickets>().OpenAsync(user, Somewhere, CancellationToken.None);

        var dump = await DumpAsync();
        AssertOnlyAsFact(ada.Id, dump);
        Assert.DoesNotContain("user:known-networks:", dump, StringComparison.Ordinal);
        var keys = _running.Services.GetRequiredService<UserKeys>();
        Assert.InRange(
            (await _service.Redis.GetDatabase().KeyTimeToLiveAsync(keys.Erased(ada.Id)))!.Value, TimeSpan.FromDays(7.9), TimeSpan.FromDays(8));
        using var admin = await AdminAsync();
        var trail = await admin.GetFromJsonAsync<JsonElement>("/v1/audit?action=session.started&outcome=refused");
        var late = Assert.Single(trail.GetProperty("items").EnumerateArray());
        Assert.Equal(ada.Id, Text(late, "userId"));
        Assert.Equal(JsonValueKind.Null, late.GetProperty("detail").ValueKind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not the password")]
    public async Task Erase_MeWithoutThePassword_IsRefusedAndNothingBegins(string? password)
    {
        var ada = await NewPersonAsync();
        using var client = ClientOf(ada.Tokens.AccessToken);

        using var response = await EraseAsync(client, "me", password);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_others.Calls);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
    }

    [Fact]
    public async Task Erase_SomebodyElse_IsForAdministratorsOnlyAndRepeatsGiveTheSameReceipt()
    {
        var (ada, bob) = (await NewPersonAsync(), await NewPersonAsync());
        using var asBob = ClientOf(bob.Tokens.AccessToken);
        using var asAdmin = await AdminAsync();

        using var refused = await EraseAsync(asBob, ada.Id, bob.Password);
        using var first = await EraseAsync(asAdmin, ada.Id);
        using var second = await EraseAsync(asAdmin, ada.Id);

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Erase_SomebodyWhoseAccountIsGone_IsDoneElsewhere()
    {
        var ada = await NewPersonAsync();
        using var asAda = ClientOf(ada.Tokens.AccessToken);
        (await asAda.DeleteOwnAccountAsync(ada.Password)).EnsureSuccessStatusCode();
        using var asAdmin = await AdminAsync();

        using var response = await EraseAsync(asAdmin, ada.Id);
        var receipt = await UserServiceApplication.ReadAsync(response);

        Assert.Equal((0, 10), (CountOf(receipt, "userservice", "accounts"), CountOf(receipt, "privacyservice", "things")));
    }

    [Fact]
    public async Task Erase_LastAdministrator_IsRefused()
    {
        using var asAdmin = await AdminAsync();

        using var response = await EraseAsync(asAdmin, "me", UserServiceApplication.AdminPassword);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("last_administrator", Text(await response.Content.ReadFromJsonAsync<JsonElement>(), "code"));
        Assert.Empty(_others.Calls);
    }

    [Fact]
    public async Task Erase_WhileAServiceIsDown_IsPendingAndGoesOnWhenItIsBack()
    {
        _others.Down["privacyservice"] = true;
        var ada = await NewPersonAsync();
        using var client = ClientOf(ada.Tokens.AccessToken);
        using var response = await EraseAsync(client, "me", ada.Password);
        var pending = await UserServiceApplication.ReadAsync(response);

        // Nobody is signed in any more: the id alone opens the receipt.
        using var anybody = _running.CreateClient();
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/v1/erasures/{Text(pending, "id")}", response.Headers.Location!.ToString());
        Assert.Equal("pending", Text(pending, "state"));
        Assert.False(pending.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.String);
        AssertOnlyAsFact(ada.Id, await DumpAsync());

        _others.Down.Clear();
        JsonElement receipt = default;
        await Eventually.TrueAsync(
            async () =>
            {
                receipt = await anybody.GetFromJsonAsync<JsonElement>(response.Headers.Location);
                return Text(receipt, "state") == "done";
            },
            TimeSpan.FromSeconds(30), "the erasure is done");
        Assert.Equal(10, CountOf(receipt, "privacyservice", "things"));
        await AssertSignedAsync(receipt);
    }

    [Fact]
    public async Task Erase_ProcessEndsInTheMiddle_AnotherGoesOn()
    {
        foreach (var name in (string[])["taskservice", "privacyservice", "notificationservice"])
        {
            _others.Down[name] = true;
        }

        var ada = await NewPersonAsync();
        using var client = ClientOf(ada.Tokens.AccessToken);
        using var response = await EraseAsync(client, "me", ada.Password);
        await _running.DisposeAsync();
        _others.Down.Clear();

        await using var application = new UserServiceApplication(_service.Redis.ConnectionString, _application.KeyPrefix);
        await using var successor = _others.Around(application);
        using var anybody = successor.CreateClient();

        await Eventually.TrueAsync(
            async () => Text(await anybody.GetFromJsonAsync<JsonElement>(response.Headers.Location), "state") == "done",
            TimeSpan.FromSeconds(30), "the erasure is done");
    }

    [Fact]
    public async Task Receipt_OfNobody_IsNotFound()
    {
        using var anybody = _running.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync($"/v1/erasures/{PlatformId.New("ers")}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/v1/erasures/nonsense")).StatusCode);
    }

    [Fact]
    public async Task Receipt_UsedAsAToken_IsRefused()
    {
        var ada = await NewPersonAsync();
        using var client = ClientOf(ada.Tokens.AccessToken);
        using var response = await EraseAsync(client, "me", ada.Password);
        using var thief = ClientOf(Text(await UserServiceApplication.ReadAsync(response), "signature"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/v1/users/me")).StatusCode);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long CountOf(JsonElement receipt, string service, string kind) =>
        receipt.GetProperty("services").EnumerateArray().Single(one => Text(one, "service") == service)
            .GetProperty("items").EnumerateArray().Single(items => Text(items, "kind") == kind).GetProperty("count").GetInt64();

    /// <summary>The trail says that somebody with that id did something; the id leads nowhere, and is part of no key but the mark.</summary>
    private static void AssertOnlyAsFact(string userId, string dump) =>
        Assert.All(
            dump.Split('\n').Where(line => line.Contains(userId, StringComparison.Ordinal) && !line.EndsWith($"user:erased:v1:{{{userId}}}", StringComparison.Ordinal)),
            line => Assert.Equal(userId, line));

    private static Task<HttpResponseMessage> EraseAsync(HttpClient client, string id, string? password = null) => client.SendAsync(
        new HttpRequestMessage(HttpMethod.Delete, $"/v1/users/{id}/data")
        {
            Content = password is null ? null : JsonContent.Create(new { currentPassword = password }),
        });

    private async Task AssertSignedAsync(JsonElement receipt)
    {
        using var client = _running.CreateClient();
        var parts = Text(receipt, "signature").Split('.');
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        var keys = await client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");
        var key = keys.GetProperty("keys").EnumerateArray().Single(one => Text(one, "kid") == Text(header, "kid"));
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(Text(key, "x")), Y = Base64Url.DecodeFromChars(Text(key, "y")) },
        });
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        Assert.Equal(Text(receipt, "id"), Text(JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement, "id"));
    }

    private Task<string> DumpAsync() => RedisDump.ReadAsync(_service.Redis.Multiplexer, _application.KeyPrefix);

    private HttpClient ClientOf(string accessToken)
    {
        var client = _running.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    private async Task<HttpClient> AdminAsync()
    {
        HttpClient? admin = null;
        await Eventually.TrueAsync(
            async () =>
            {
                admin = ClientOf((await SignInAsync(UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword)).AccessToken);
                return true;
            },
            TimeSpan.FromSeconds(20), "the administrator can sign in");
        return admin!;
    }

    private async Task<IssuedTokens> SignInAsync(string email, string password)
    {
        using var client = _running.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }

    private async Task<SignedIn> NewPersonAsync(string? userName = null, string? email = null)
    {
        email ??= UserServiceApplication.NewEmail();
        var password = $"correct horse {Guid.NewGuid():n}";
        using var client = _running.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/users", new { email, password, userName, displayName = "Ada Lovelace" });
        var account = await UserServiceApplication.ReadAsync(response);
        return new SignedIn(Text(account, "id"), email, password, await SignInAsync(email, password));
    }
}
