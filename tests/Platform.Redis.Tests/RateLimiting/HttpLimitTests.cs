using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Redis.RateLimiting;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

public sealed partial class HttpLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _prefix = RedisFixture.NewPrefix();

    [Fact]
    public async Task Headers_OnSuccessAndRefusal_AreListsOfRfc9651AndTrue()
    {
        await using var app = await StartAsync(("user", Fixed(3)), ("burst", Fixed(2) with { Window = TimeSpan.FromSeconds(30) }));

        using var granted = await app.GetAsync("/", "anna");
        using var second = await app.GetAsync("/", "anna");
        using var refused = await app.GetAsync("/", "anna");

        Assert.Equal("\"burst\";q=2;w=30, \"user\";q=3;w=60", Header(granted, "RateLimit-Policy"));
        Assert.Equal(Header(granted, "RateLimit-Policy"), Header(refused, "RateLimit-Policy"));
        Assert.Equal([("burst", 1), ("user", 2)], Parse(granted).Select(member => (member.Policy, member.Remaining)));
        Assert.Equal([("burst", 0), ("user", 1)], Parse(refused).Select(member => (member.Policy, member.Remaining)));
        Assert.All(Parse(granted).Concat(Parse(refused)), member => Assert.InRange(member.Reset, 25, member.Policy == "user" ? 60 : 30));
        Assert.InRange(RetryAfter(refused), Parse(refused)[0].Reset, 31);
    }

    [Fact]
    public async Task Refusal_IsAProblemOfRfc9457()
    {
        await using var app = await StartAsync(("user", Fixed(1)), ("other", Fixed(5)));
        using var _ = await app.GetAsync("/", "anna");

        using var refused = await app.GetAsync("/", "anna");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("https://iana.org/assignments/http-problem-types#quota-exceeded", problem.GetProperty("type").GetString());
        Assert.Equal(429, problem.GetProperty("status").GetInt32());
        Assert.Equal("quota_exceeded", problem.GetProperty("code").GetString());
        Assert.Equal(["user"], problem.GetProperty("violated-policies").EnumerateArray().Select(name => name.GetString()));
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("traceId").GetString()));
        Assert.Contains($"in {RetryAfter(refused)} s", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_ByOnePolicy_TakesNothingFromAnyOther()
    {
        // The one by user and the one by address lie in different slots of a cluster.
        await using var app = await StartAsync(
            ("user", Fixed(1)), ("user-gcra", new RateLimitPolicyOptions { Limit = 10, Window = TimeSpan.FromHours(1), Global = true }),
            ("user-sliding", Fixed(10) with { Algorithm = RateLimitAlgorithm.SlidingWindow }), ("address", Fixed(10) with { By = RateLimitBy.Address }));

        Assert.Equal(1, await app.GrantedAsync(6, "/", "anna"));

        await Eventually.TrueAsync(
            async () => (await MineAsync(app, "anna")) is var left && left["user"] == 0 && left["user-gcra"] == 9 && left["user-sliding"] == 9 && left["address"] == 9,
            TimeSpan.FromSeconds(2), "what the refused ones took was given back");
        Assert.Equal(1, await app.GrantedAsync(2, "/", "bert"));
    }

    [Fact]
    public async Task RetryAfter_Waited_Admits()
    {
        await using var app = await StartAsync(("user", Fixed(2) with { Window = TimeSpan.FromMilliseconds(700) }));
        Assert.Equal(2, await app.GrantedAsync(2, "/", "anna"));
        using var refused = await app.GetAsync("/", "anna");
        Assert.InRange(RetryAfter(refused), 1, 1);

        await Task.Delay(TimeSpan.FromSeconds(RetryAfter(refused)));

        Assert.Equal(1, await app.GrantedAsync(1, "/", "anna"));
    }

    [Fact]
    public async Task Cost_OfAnEndpoint_IsTaken()
    {
        await using var app = await StartAsync(("user", Fixed(11)));

        Assert.Equal(2, await app.GrantedAsync(3, "/dear", "anna"));
        Assert.Equal(1, await app.GrantedAsync(2, "/", "anna"));
    }

    [Fact]
    public async Task Exempt_PathsAndEndpoints_AreNotCounted()
    {
        await using var app = await StartAsync(("address", Fixed(2) with { By = RateLimitBy.Address }));

        Assert.Equal(5, await app.GrantedAsync(5, "/alive"));
        Assert.Equal(5, await app.GrantedAsync(5, "/free"));
        using var health = await app.GetAsync("/health/unmapped");
        Assert.Equal(HttpStatusCode.NotFound, health.StatusCode);
        Assert.False(health.Headers.Contains("RateLimit"));
        Assert.Equal(2, await app.GrantedAsync(3, "/"));
    }

    [Fact]
    public async Task EventStream_CountsOnce()
    {
        await using var app = await StartAsync(("user", Fixed(3)));
        using var stream = await app.GetAsync("/events", "anna");
        Assert.Equal(5, (await stream.Content.ReadAsStringAsync()).Split(": hb").Length - 1);

        Assert.Equal(2, (await MineAsync(app, "anna"))["user"]);
    }

    [Fact]
    public async Task NamedPolicy_AppliesWhereItIsNamed()
    {
        await using var app = await StartAsync(("user", Fixed(100)), ("named", Fixed(1) with { Global = false }));

        Assert.Equal(1, await app.GrantedAsync(3, "/named", "anna"));
        Assert.Equal(3, await app.GrantedAsync(3, "/", "anna"));
    }

    [Fact]
    public async Task Tier_ByClaim_ChoosesTheLimit()
    {
        var policy = Fixed(1) with { TierClaim = "plan", Tiers = new() { ["gold"] = new RateLimitTier { Limit = 4 } } };
        await using var app = await StartAsync(("user", policy));

        Assert.Equal(1, await app.GrantedAsync(6, "/", "anna"));
        Assert.Equal(4, await app.GrantedAsync(6, "/", "bert", ("X-Claim", "plan=gold")));
        Assert.Equal(1, await app.GrantedAsync(6, "/", "carl", ("X-Claim", "plan=tin")));
        using var response = await app.GetAsync("/", "bert", ("X-Claim", "plan=gold"));
        Assert.Equal("\"user\";q=4;w=60", Header(response, "RateLimit-Policy"));
    }

    [Fact]
    public async Task Tier_OfAPartitionThatAnotherTierIsRefusedIn_StillHasItsOwnLimit()
    {
        var policy = Fixed(1) with { By = RateLimitBy.Address, TierClaim = "plan", Tiers = new() { ["gold"] = new RateLimitTier { Limit = 1000 } } };
        await using var app = await StartAsync(("user", policy));

        Assert.Equal(1, await app.GrantedAsync(3, "/", "anna"));
        Assert.Equal(3, await app.GrantedAsync(3, "/", "bert", ("X-Claim", "plan=gold")));
    }

    [Fact]
    public async Task Shadow_OverItsLimit_ChangesNoStatusAndNoHeader()
    {
        await using var app = await StartAsync(("watched", Fixed(1) with { Mode = RateLimitMode.Shadow }), ("user", Fixed(5)));

        Assert.Equal(5, await app.GrantedAsync(7, "/", "anna"));
        using var response = await app.GetAsync("/", "bert");
        Assert.Equal("\"user\";q=5;w=60", Header(response, "RateLimit-Policy"));

        var listed = await app.Client.GetFromJsonAsync<JsonElement>("/v1/ratelimits/policies");
        var watched = listed.GetProperty("items").EnumerateArray().Single(policy => policy.GetProperty("name").GetString() == "watched").GetProperty("demand");

        // What another policy refuses it would have refused as well.
        Assert.Equal((2, 6), (watched.GetProperty("allowed").GetInt32(), watched.GetProperty("shadowDenied").GetInt32()));
    }

    [Fact]
    public async Task Off_IsNotCounted()
    {
        await using var app = await StartAsync(("user", Fixed(1) with { Mode = RateLimitMode.Off }));

        Assert.Equal(3, await app.GrantedAsync(3, "/", "anna"));
    }

    [Fact]
    public async Task Refund_OfServerErrors_GivesPermitsBack()
    {
        await using var app = await StartAsync(("user", Fixed(2) with { RefundServerErrors = true }), ("kept", Fixed(10)));
        using var failed = await app.GetAsync("/failing", "anna");
        using var threw = await app.GetAsync("/throwing", "anna");
        Assert.Equal(HttpStatusCode.InternalServerError, threw.StatusCode);

        await Eventually.TrueAsync(async () => (await MineAsync(app, "anna"))["user"] == 2, TimeSpan.FromSeconds(2), "permits are back");
        Assert.Equal(8, (await MineAsync(app, "anna"))["kept"]);
        Assert.Equal(2, await app.GrantedAsync(3, "/", "anna"));
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    public async Task Refund_OfOtherAlgorithms_GivesPermitsBack(RateLimitAlgorithm algorithm)
    {
        await using var app = await StartAsync(
            ("user", new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 2, Window = TimeSpan.FromHours(1), Global = true, RefundServerErrors = true }));
        using var failed = await app.GetAsync("/failing", "anna");

        await Eventually.TrueAsync(async () => (await MineAsync(app, "anna"))["user"] == 2, TimeSpan.FromSeconds(2), "permits are back");
    }

    [Fact]
    public async Task Me_TakesNothing()
    {
        await using var app = await StartAsync(("user", Fixed(3)), ("gcra", Fixed(3) with { Algorithm = RateLimitAlgorithm.Gcra, Window = TimeSpan.FromHours(1) }));
        await app.GrantedAsync(1, "/", "anna");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(2, (await MineAsync(app, "anna"))["user"]);
            Assert.Equal(2, (await MineAsync(app, "anna"))["gcra"]);
        }
    }

    private static RateLimitPolicyOptions Fixed(int limit) =>
        new() { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = limit, Window = Minute, Global = true };

    private static async Task<Dictionary<string, int>> MineAsync(RateLimitedApplication app, string user)
    {
        using var response = await app.GetAsync("/v1/ratelimits/me", user);
        var usages = await response.Content.ReadFromJsonAsync<RateLimitUsagesResponse>();
        return usages!.Items.ToDictionary(usage => usage.Policy, usage => usage.Remaining);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static int RetryAfter(HttpResponseMessage response) => int.Parse(Header(response, "Retry-After"), CultureInfo.InvariantCulture);

    private static List<(string Policy, int Remaining, int Reset)> Parse(HttpResponseMessage response)
    {
        var members = Member().Matches(Header(response, "RateLimit"));
        Assert.Equal(Header(response, "RateLimit"), string.Join(", ", members.Select(member => member.Value)));
        return
        [
            .. members.Select(member => (member.Groups["policy"].Value,
                int.Parse(member.Groups["r"].Value, CultureInfo.InvariantCulture), int.Parse(member.Groups["t"].Value, CultureInfo.InvariantCulture))),
        ];
    }

    // An item of a list in RFC 9651: a string with integer parameters.
    [GeneratedRegex("\"(?<policy>[ -!#-\\[\\]-~]*)\";r=(?<r>[0-9]{1,15});t=(?<t>[0-9]{1,15})")]
    private static partial Regex Member();

    private Task<RateLimitedApplication> StartAsync(params (string Name, RateLimitPolicyOptions Policy)[] policies) =>
        RateLimitedApplication.StartAsync(redis.ConnectionString, _prefix, options =>
        {
            foreach (var (name, policy) in policies)
            {
                options.Policies[name] = policy;
            }
        });
}
