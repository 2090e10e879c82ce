using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.TestKit;
using UserService.Revocations;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

/// <summary>Two replicas and another service, while keys change.</summary>
public sealed class KeyRotationTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string _prefix = RedisFixture.NewPrefix("users");
    private readonly Clock _clock = new();
    private UserServiceApplication[] _replicas = [];
    private OtherService _other = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Tokens:AccessTokenLifetime"] = "00:00:10", ["Tokens:KeyRingInterval"] = "00:00:01", ["Tokens:KeyPublishedBefore"] = "00:00:31",
            ["Auth:ClockSkew"] = "00:00:00", ["Auth:RevocationStaleness"] = "00:10:00", ["Redis:OperationTimeout"] = "00:00:05",

            // The load is as fast as the machine; its limits are not what is tested.
            ["RateLimiting:Policies:refresh:Mode"] = "Off", ["RateLimiting:Policies:caller:Mode"] = "Off",
            ["Lockout:FreeAttempts"] = "1000", ["Lockout:FreeAttemptsOfKnown"] = "1000", ["Lockout:FreeAttemptsOfAccount"] = "10000",
        };
        _replicas =
        [
            new(service.Redis.ConnectionString, _prefix, settings, _clock), new(service.Redis.ConnectionString, _prefix, settings, _clock),
        ];
        await Task.WhenAll(SigningAsync(0), SigningAsync(1));
        _other = await OtherService.StartAsync(new() { ["Auth:ClockSkew"] = "00:00:00", ["Auth:RevocationStaleness"] = "00:10:00" }, _clock, _replicas);
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rotation_TwiceUnderLoad_FailsNoRequestAndDropsTheOldKeyWhenItsTokensHaveExpired()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _replicas[0].NewPersonAsync()));
        var admin = await _replicas[0].SignInAdminAsync();
        var (failures, keys, calls) = (new ConcurrentBag<string>(), new ConcurrentDictionary<string, bool>(), new Counter());
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = people.Select(person => UseAsync(person, failures, keys, calls, enough.Token)).ToArray();
        var first = await SigningAsync(0);
        DateTimeOffset? leaves = null;
        var stored = new StoredRing(service.Redis.GetDatabase(), _prefix);

        for (var rotation = 0; rotation < 2; rotation++)
        {
            var signing = await SigningAsync(0);
            await Eventually.TrueAsync(() => keys.ContainsKey(signing), Patience, "people have tokens of the key that signs");

            // For Redis the next key is an hour older; for the services it is half a minute since they have looked for keys.
            await stored.RipenAsync();
            _clock.Pass(TimeSpan.FromSeconds(31));
            admin = await RefreshAsync(_replicas[1], admin);
            using var client = _replicas[rotation].ClientOf(admin);
            using var rotated = await client.PostAsync("/v1/signing-keys/rotate", null, Stop);
            var keysOfTheRing = (await UserServiceApplication.ReadAsync(rotated)).GetProperty("items").EnumerateArray();
            leaves ??= keysOfTheRing.Single(key => key.GetProperty("kid").GetString() == first).GetProperty("leavesAt").GetDateTimeOffset();
        }

        var last = await SigningAsync(1);
        await Eventually.TrueAsync(() => keys.ContainsKey(last), Patience, "people have tokens of the last key");

        DateTimeOffset seenAt = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var published = await PublishedAsync(0);
                seenAt = published.Contains(first) ? DateTimeOffset.UtcNow : seenAt;
                return !published.Contains(first);
            },
            Patience, "the first key leaves");
        await enough.CancelAsync();
        await Task.WhenAll(load);

        Assert.Empty(failures);
        Assert.Equal(3, keys.Count);
        Assert.InRange(seenAt, leaves!.Value - TimeSpan.FromSeconds(3), leaves.Value + TimeSpan.FromSeconds(10));
        Assert.InRange(calls.Value, 100, int.MaxValue);
        TestContext.Current.TestOutputHelper!.WriteLine($"{calls.Value} calls, {failures.Count} failures.");
    }

    [Fact]
    public async Task Withdrawal_OfLeakedKeys_EndsEveryTokenEverywhereAndTheForgedOnesToo()
    {
        var person = await _replicas[0].NewPersonAsync();
        var leaked = await RingOf(0).GetActiveAsync(Stop);
        var before = await PublishedAsync(1);

        // Whoever has the key can say what they like, also that the token is newer than any revocation.
        var forged = Forge(leaked, person);
        foreach (var token in (string[])[person.Tokens.AccessToken, forged])
        {
            Assert.Equal((int[])[200, 200, 200], await Task.WhenAll(StatusAsync(0, token), StatusAsync(1, token), StatusOfOtherAsync(token)));
        }

        using var admin = _replicas[0].ClientOf(await _replicas[1].SignInAdminAsync());
        using var withdrawn = await admin.PostAsJsonAsync("/v1/signing-keys/rotate", new { leaked = true }, Stop);
        var started = Stopwatch.GetTimestamp();

        Assert.Equal(HttpStatusCode.OK, withdrawn.StatusCode);
        foreach (var token in (string[])[person.Tokens.AccessToken, forged])
        {
            Assert.Equal(401, await StatusAsync(0, token));
            await Eventually.TrueAsync(async () => await StatusAsync(1, token) == 401 && await StatusOfOtherAsync(token) == 401, Patience, "no service takes it");
        }

        var took = Stopwatch.GetElapsedTime(started);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        TestContext.Current.TestOutputHelper!.WriteLine($"Refused everywhere after {took.TotalMilliseconds:0} ms.");
        for (var replica = 0; replica < 2; replica++)
        {
            Assert.Empty((await PublishedAsync(replica)).Intersect(before));
        }

        // People stay signed in, and what they get is good everywhere.
        var renewed = await RefreshAsync(_replicas[1], person.Tokens);
        await Eventually.TrueAsync(async () => await StatusOfOtherAsync(renewed.AccessToken) == 200, TimeSpan.FromSeconds(10), "the other service knows the new key");
        Assert.Equal((int[])[200, 200], await Task.WhenAll(StatusAsync(0, renewed.AccessToken), StatusAsync(1, renewed.AccessToken)));
        Assert.Equal(401, await StatusOfOtherAsync(forged));
    }

    [Fact]
    public async Task Withdrawal_CutShortAfterTheKeysWereRevoked_IsCarriedOnByTheOtherReplica()
    {
        var before = await PublishedAsync(0);
        await RingOf(1).GetActiveAsync(Stop);

        // All that the replica did before it died.
        await _replicas[0].Services.GetRequiredService<Revoker>().RevokeKeysAsync(before, Stop);

        await Eventually.TrueAsync(async () => !(await PublishedAsync(1)).Intersect(before).Any(), Patience, "the other replica makes a new ring");
        await Eventually.TrueAsync(async () => string.Join(" ", await PublishedAsync(0)) == string.Join(" ", await PublishedAsync(1)), Patience, "both have the same");
        var ring = await RingOf(1).TurnAsync(KeyRingTurn.Turn, Stop);
        Assert.Equal([SigningKeyState.Active, SigningKeyState.Next], ring.Keys.Select(key => key.State));
    }

    private async Task UseAsync(
        SignedIn person, ConcurrentBag<string> failures, ConcurrentDictionary<string, bool> keys, Counter calls, CancellationToken enough)
    {
        var tokens = person.Tokens;
        for (var round = 0; !enough.IsCancellationRequested; round++)
        {
            try
            {
                tokens = round % 8 == 7
                    ? await _replicas[round % 2].SignInAsync(person.Email, person.Password)
                    : await RefreshAsync(_replicas[round % 2], tokens);
                keys[new JsonWebToken(tokens.AccessToken).Kid] = true;
                var statuses = await Task.WhenAll(StatusAsync(0, tokens.AccessToken), StatusAsync(1, tokens.AccessToken), StatusOfOtherAsync(tokens.AccessToken));
                calls.Add(4);
                if (statuses.Any(status => status != 200))
                {
                    failures.Add(string.Join(' ', statuses));
                }
            }
            catch (HttpRequestException exception)
            {
                failures.Add(exception.Message);
            }
        }
    }

    private async Task<string> SigningAsync(int replica) => (await RingOf(replica).GetActiveAsync(Stop)).Id;

    private KeyRing RingOf(int replica) => _replicas[replica].Services.GetRequiredService<KeyRing>();

    private async Task<string[]> PublishedAsync(int replica)
    {
        using var client = _replicas[replica].CreateClient();
        var keys = await client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json", Stop);
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private async Task<int> StatusAsync(int replica, string token)
    {
        using var client = _replicas[replica].ClientOf(token);
        using var response = await client.GetAsync("/v1/users/me", Stop);
        return (int)response.StatusCode;
    }

    private async Task<int> StatusOfOtherAsync(string token)
    {
        using var client = _other.ClientOf(token);
        using var response = await client.GetAsync("/me", Stop);
        return (int)response.StatusCode;
    }

    private static async Task<IssuedTokens> RefreshAsync(UserServiceApplication replica, IssuedTokens tokens)
    {
        using var client = replica.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken }, Stop);
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }

    private static string Forge(SigningKey key, SignedIn person) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = UserServiceApplication.Issuer,
        Audience = "platform",
        TokenType = "at+jwt",
        NotBefore = DateTime.UtcNow.AddMinutes(-1),
        Expires = DateTime.UtcNow.AddDays(1),
        Claims = new Dictionary<string, object>
        {
            ["sub"] = person.Id, ["sid"] = person.Tokens.SessionId, ["scope"] = "user", ["jti"] = "tok_made_up", ["ep"] = "99999999999999-0",
        },
        SigningCredentials = key.Credentials,
    });

    /// <summary>Measures time that did not pass; the time of day and timers stay the system's.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _passed;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _passed);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, (long)(time.TotalSeconds * TimestampFrequency));
    }

    private sealed class Counter
    {
        private int _value;

        public int Value => _value;

        public void Add(int more) => Interlocked.Add(ref _value, more);
    }
}
