using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.TestKit;
using StackExchange.Redis;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

public sealed class KeyRingTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _prefix = RedisFixture.NewPrefix("users");
    private readonly UserServiceApplication _first;
    private readonly UserServiceApplication _second;
    private readonly IDatabase _redis;
    private readonly string _connection;
    private readonly StoredRing _stored;

    public KeyRingTests(ServiceFixture service)
    {
        _connection = service.Redis.ConnectionString;
        _redis = service.Redis.GetDatabase();
        var patient = new Dictionary<string, string?> { ["Redis:OperationTimeout"] = "00:00:05" };
        _first = new UserServiceApplication(_connection, _prefix, patient);
        _second = new UserServiceApplication(_connection, _prefix, patient);
        _stored = new StoredRing(_redis, _prefix);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Start_EmptyRing_HasAKeyThatSignsAndOneThatIsPublishedAlready()
    {
        using var admin = _first.ClientOf(await _first.SignInAdminAsync());

        var keys = await ListAsync(admin);

        Assert.Equal(["active", "next"], keys.Select(key => key.State));
        Assert.Equal(keys.Select(key => key.Kid), await PublishedAsync(_first));
        Assert.Equal(keys.Select(key => key.Kid), await PublishedAsync(_second));
        Assert.Equal(keys[0].Kid, await SigningAsync(_second));
        Assert.Equal(TimeSpan.FromMinutes(15), keys[1].Json.GetProperty("signsFrom").GetDateTimeOffset() - keys[1].Json.GetProperty("createdAt").GetDateTimeOffset());
        Assert.DoesNotContain("pkcs8", string.Join(' ', keys.Select(key => key.Json.GetRawText())), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Rotate_ByTenAtOnceOnTwoReplicas_HappensOnce()
    {
        var token = await _first.SignInAdminAsync();
        using var first = _first.ClientOf(token);
        using var second = _second.ClientOf(token);
        var before = await ListAsync(first);

        using var early = await RotateAsync(first);
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15));
        Assert.Equal("next_key_too_young", (await early.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());

        await _stored.RipenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => RotateAsync(i % 2 == 0 ? first : second)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        var after = await ListAsync(second);
        Assert.Equal(["active", "next", "retired"], after.Select(key => key.State));
        Assert.Equal(before[1].Kid, after[0].Kid);
        Assert.Equal(before[0].Kid, after[2].Kid);
        Assert.DoesNotContain(before, key => key.Kid == after[1].Kid);
        await Eventually.TrueAsync(
            async () => await SigningAsync(_first) == after[0].Kid && await SigningAsync(_second) == after[0].Kid, Patience, "both replicas sign with the new key");
        Assert.Equal(await PublishedAsync(_first), await PublishedAsync(_second));

        // What the old key signed is good.
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/v1/users/me", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/v1/users/me", Stop)).StatusCode);
    }

    [Fact]
    public async Task Turn_KeyOldEnough_RotatesByItselfOnceAndDropsTheOldKeyOnTime()
    {
        var (first, second) = (RingOf(_first), RingOf(_second));
        var old = (await first.GetActiveAsync(Stop)).Id;
        await second.GetActiveAsync(Stop);
        await _stored.AgeAsync(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        Assert.Equal(old, (await first.TurnAsync(KeyRingTurn.Turn, Stop)).Keys[0].Key.Id);

        await _stored.AgeAsync(TimeSpan.FromMinutes(1));
        var turned = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? first : second).TurnAsync(KeyRingTurn.Turn, Stop)));

        Assert.Single(turned, content => content.Rotated);
        Assert.Single(turned.Select(content => content.Keys[0].Key.Id).Distinct());
        Assert.Equal(old, Assert.Single((await first.TurnAsync(KeyRingTurn.Turn, Stop)).Keys, key => key.State == SigningKeyState.Retired).Key.Id);

        // Five minutes of a token, five that a replica may not have heard, half a minute of skew.
        await _stored.AgeAsync(TimeSpan.FromMinutes(10));
        await second.TurnAsync(KeyRingTurn.Turn, Stop);
        Assert.Contains(old, await PublishedAsync(_second));
        await _stored.AgeAsync(TimeSpan.FromSeconds(31));
        await second.TurnAsync(KeyRingTurn.Turn, Stop);
        Assert.DoesNotContain(old, await PublishedAsync(_second));
        Assert.DoesNotContain(old, await _stored.IdsAsync());
        await Eventually.TrueAsync(async () => !(await PublishedAsync(_first)).Contains(old), Patience, "the other replica hears of it");
    }

    [Fact]
    public async Task Ring_OfAVersionThatKnewOneKey_KeepsItAndGetsANextKey()
    {
        string old, next;
        var prefix = RedisFixture.NewPrefix("users");
        var stored = new StoredRing(_redis, prefix);
        await using (var before = new UserServiceApplication(_connection, prefix))
        {
            var ring = await RingOf(before).GetAllAsync(Stop);
            (old, next) = (ring.Keys[0].Key.Id, ring.Keys[1].Key.Id);
        }

        await _redis.HashDeleteAsync(stored.Keys, next);
        await _redis.KeyDeleteAsync(stored.Times);

        await using var after = new UserServiceApplication(_connection, prefix);
        var keys = (await RingOf(after).TurnAsync(KeyRingTurn.Turn, Stop)).Keys;

        Assert.Equal([SigningKeyState.Active, SigningKeyState.Next], keys.Select(key => key.State));
        Assert.Equal(old, keys[0].Key.Id);
    }

    [Fact]
    public async Task Ring_LostAndBegunAnew_IsPutBackWithAllKeysThatSigned()
    {
        var ring = RingOf(_first);
        await ring.GetActiveAsync(Stop);
        await _stored.RipenAsync();
        var before = await ring.TurnAsync(KeyRingTurn.Rotate, Stop);
        Assert.Equal(3, before.Keys.Count);

        // As a replica leaves it that starts with the empty Redis, before anybody who knows the ring has looked.
        await using var stranger = new UserServiceApplication(_connection);
        var begun = (await RingOf(stranger).GetAllAsync(Stop)).Keys[0].Key.Id;
        await _stored.ReplaceByAsync(new StoredRing(_redis, stranger.KeyPrefix));
        var after = await ring.TurnAsync(KeyRingTurn.Turn, Stop);

        foreach (var key in before.Keys)
        {
            Assert.Contains(after.Keys, one => one.Key.Id == key.Key.Id && one.Times == key.Times);
        }

        Assert.Contains(after.Keys, one => one.Key.Id == begun && one.State == SigningKeyState.Retired);
        Assert.Equal(before.Keys[0].Key.Id, await SigningAsync(_second));
    }

    [Fact]
    public async Task Ring_WithoutItsLastWrites_IsPutBackByWhoSawThem()
    {
        var ring = RingOf(_first);
        await ring.GetActiveAsync(Stop);
        await _stored.RipenAsync();
        var saved = new StoredRing(_redis, RedisFixture.NewPrefix("users"));
        await saved.ReplaceByAsync(_stored);
        var rotated = await ring.TurnAsync(KeyRingTurn.Rotate, Stop);

        await _stored.ReplaceByAsync(saved);
        await _redis.KeyDeleteAsync([saved.Keys, saved.Times]);
        var after = await ring.TurnAsync(KeyRingTurn.Turn, Stop);

        Assert.Equal(rotated.Keys.Select(key => key.Key.Id), after.Keys.Select(key => key.Key.Id));
        Assert.Equal(rotated.Keys.Select(key => key.Times), after.Keys.Select(key => key.Times));
    }

    [Fact]
    public async Task Ring_SeenByAReplicaThatCannotOpenIt_IsNotTurned()
    {
        await RingOf(_first).GetActiveAsync(Stop);
        await _first.DisposeAsync();
        var before = await _stored.IdsAsync();
        await _stored.AgeAsync(TimeSpan.FromDays(31));
        await using var wrong = new UserServiceApplication(_connection, _prefix, new() { ["Sealing:Key"] = "another-sealing-key-of-nobody" });

        using var client = wrong.CreateClient();
        using var response = await client.GetAsync("/.well-known/jwks.json", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(before, await _stored.IdsAsync());
    }

    [Theory]
    [InlineData("{\"leakd\":true}")]
    [InlineData("{\"leaked\":\"yes\"}")]
    [InlineData("[]")]
    public async Task Rotate_BodyThatIsNotUnderstood_Is400AndChangesNothing(string body)
    {
        using var admin = _first.ClientOf(await _first.SignInAdminAsync());
        await _stored.RipenAsync();
        var before = await ListAsync(admin);

        using var response = await admin.PostAsync("/v1/signing-keys/rotate", new StringContent(body, null, "application/json"), Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before.Select(key => key.Kid), (await ListAsync(admin)).Select(key => key.Kid));
    }

    [Fact]
    public async Task SigningKeys_ForAnybodyElse_AreClosed()
    {
        var person = await _first.NewPersonAsync();
        using var own = _first.ClientOf(person.Tokens);
        using var nobody = _first.CreateClient();

        Assert.Equal(HttpStatusCode.Forbidden, (await own.GetAsync("/v1/signing-keys", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await RotateAsync(own)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/v1/signing-keys", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await RotateAsync(nobody)).StatusCode);
    }

    private static KeyRing RingOf(UserServiceApplication application) => application.Services.GetRequiredService<KeyRing>();

    private static Task<HttpResponseMessage> RotateAsync(HttpClient client) => client.PostAsync("/v1/signing-keys/rotate", null, Stop);

    private static async Task<List<(string Kid, string State, JsonElement Json)>> ListAsync(HttpClient admin) =>
    [
        .. (await admin.GetFromJsonAsync<JsonElement>("/v1/signing-keys", Stop)).GetProperty("items").EnumerateArray()
            .Select(key => (key.GetProperty("kid").GetString()!, key.GetProperty("state").GetString()!, key)),
    ];

    private static async Task<string[]> PublishedAsync(UserServiceApplication application)
    {
        using var client = application.CreateClient();
        var keys = await client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json", Stop);
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static async Task<string> SigningAsync(UserServiceApplication application)
    {
        using var client = application.CreateClient();
        using var response = await client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "taskservice"), new("client_secret", "secret-of-taskservice")]), Stop);
        return new JsonWebToken((await UserServiceApplication.ReadAsync(response)).GetProperty("access_token").GetString()).Kid;
    }
}
