using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Redis.RateLimiting;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

public sealed class AdministrationTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = RedisFixture.NewPrefix();

    [Theory]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.Gcra)]
    public async Task Reset_OfAPartition_AdmitsItEverywhere(RateLimitAlgorithm algorithm)
    {
        await using var one = await StartAsync(algorithm);
        await using var two = await StartAsync(algorithm);
        Assert.Equal(2, await one.GrantedAsync(3, "/", "anna"));
        Assert.Equal(0, await two.GrantedAsync(2, "/", "anna"));

        using var reset = await one.SendAsync(HttpMethod.Delete, "/v1/ratelimits/user/anna", "admin", null);

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await Eventually.TrueAsync(async () => await two.GrantedAsync(1, "/", "anna") == 1, TimeSpan.FromSeconds(1), "the other instance admits");
        Assert.Equal(1, await one.GrantedAsync(2, "/", "anna"));
    }

    [Fact]
    public async Task Ban_OfAPartition_HoldsEverywhereUntilItIsLiftedOrEnds()
    {
        await using var one = await StartAsync(RateLimitAlgorithm.FixedWindow, 1_000);
        await using var two = await StartAsync(RateLimitAlgorithm.FixedWindow, 1_000);

        using var banned = await one.SendAsync(HttpMethod.Put, "/v1/ratelimits/user/bans/anna", "admin", JsonContent.Create(new { seconds = 3_600 }));

        Assert.Equal(HttpStatusCode.NoContent, banned.StatusCode);
        Assert.Equal(0, await one.GrantedAsync(1, "/", "anna"));
        await Eventually.TrueAsync(async () => await two.GrantedAsync(1, "/", "anna") == 0, TimeSpan.FromSeconds(1), "the other instance refuses");
        using var refused = await two.GetAsync("/", "anna");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 3_590, 3_601);
        Assert.Equal(1, await two.GrantedAsync(1, "/", "bert"));

        using var lifted = await two.SendAsync(HttpMethod.Delete, "/v1/ratelimits/user/bans/anna", "admin", null);
        await Eventually.TrueAsync(async () => await one.GrantedAsync(1, "/", "anna") == 1, TimeSpan.FromSeconds(1), "admitted again");

        using var shortly = await one.SendAsync(HttpMethod.Put, "/v1/ratelimits/user/bans/anna", "admin", JsonContent.Create(new { seconds = 1 }));
        Assert.Equal(0, await one.GrantedAsync(1, "/", "anna"));
        await Eventually.TrueAsync(async () => await one.GrantedAsync(1, "/", "anna") == 1, TimeSpan.FromSeconds(3), "the ban ends by itself");
    }

    [Fact]
    public async Task Mode_ChangedAtRuntime_IsInForceAtOnce()
    {
        await using var app = await StartAsync(RateLimitAlgorithm.FixedWindow);
        Assert.Equal(2, await app.GrantedAsync(3, "/", "anna"));

        using var shadowed = await app.SendAsync(HttpMethod.Put, "/v1/ratelimits/policies/user", "admin", JsonContent.Create(new { mode = "shadow" }));
        Assert.Equal(HttpStatusCode.OK, shadowed.StatusCode);
        Assert.Equal(3, await app.GrantedAsync(3, "/", "anna"));

        using var enforced = await app.SendAsync(HttpMethod.Delete, "/v1/ratelimits/policies/user", "admin", null);
        Assert.Equal(0, await app.GrantedAsync(1, "/", "anna"));
    }

    [Fact]
    public async Task List_OfPolicies_TellsTheirDemand()
    {
        await using var app = await StartAsync(RateLimitAlgorithm.FixedWindow);
        Assert.Equal(2, await app.GrantedAsync(5, "/", "anna"));

        var listed = await app.Client.GetFromJsonAsync<RateLimitPoliciesResponse>("/v1/ratelimits/policies");

        var policy = Assert.Single(listed!.Items);
        Assert.Equal(("user", 2, RateLimitMode.Enforce), (policy.Name, policy.Limit, policy.Mode));
        Assert.Equal(new RateLimitDemand(2, 3, 0), policy.Demand);
    }

    [Theory]
    [InlineData("policies/nobody", "{\"limit\":1}", 404, "rate_limit_policy_unknown")]
    [InlineData("policies/user", "{\"limit\":0}", 400, "rate_limit_value_invalid")]
    [InlineData("policies/user", "{\"limit\":\"x\"}", 400, "rate_limit_change_malformed")]
    [InlineData("policies/user", "{\"limitt\":1}", 400, "rate_limit_change_malformed")]
    [InlineData("policies/user", "{\"tiers\":{\"gold\":{\"limitt\":1}}}", 400, "rate_limit_change_malformed")]
    [InlineData("user/bans/anna", "{\"seconds\":\"x\"}", 400, "rate_limit_ban_malformed")]
    [InlineData("user/bans/anna", "{\"minutes\":5}", 400, "rate_limit_ban_malformed")]
    [InlineData("user/bans/anna", "null", 400, "rate_limit_ban_malformed")]
    [InlineData("user/bans/anna", "{\"seconds\":0}", 400, "rate_limit_value_invalid")]
    [InlineData("nobody/bans/anna", "{\"seconds\":10}", 404, "rate_limit_policy_unknown")]
    public async Task Change_NotValid_IsAProblemThatSaysWhatToChange(string path, string body, int status, string code)
    {
        await using var app = await StartAsync(RateLimitAlgorithm.FixedWindow, 100);

        using var content = new StringContent(body, null, "application/json");
        using var response = await app.SendAsync(HttpMethod.Put, "/v1/ratelimits/" + path, "admin", content);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private Task<RateLimitedApplication> StartAsync(RateLimitAlgorithm algorithm, int limit = 2) => RateLimitedApplication.StartAsync(
        redis.ConnectionString, _prefix,
        options => options.Policies["user"] = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = limit, Window = TimeSpan.FromHours(1), Global = true });
}
