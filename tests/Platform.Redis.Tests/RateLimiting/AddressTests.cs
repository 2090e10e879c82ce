using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Platform.Redis.RateLimiting;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

public sealed class AddressTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = RedisFixture.NewPrefix();

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-FOR")]
    public async Task ForwardedFor_OfAnUnknownProxy_HasNoEffect(string header)
    {
        await using var app = await StartAsync(trusted: false);
        var granted = 0;
        for (var i = 0; i < 6; i++)
        {
            granted += await app.GrantedAsync(1, "/", null, (header, $"198.51.100.{i}"), ("X-Real-IP", $"198.51.100.{i}"));
        }

        Assert.Equal(3, granted);
    }

    [Fact]
    public async Task ForwardedFor_OfAKnownProxy_CountsTheClientIts64BitsAndNothingElse()
    {
        await using var app = await StartAsync(trusted: true);

        Assert.Equal(3, await app.GrantedAsync(4, "/", null, ("X-Forwarded-For", "198.51.100.1")));
        Assert.Equal(3, await app.GrantedAsync(4, "/", null, ("X-Forwarded-For", "198.51.100.2")));

        // What the client wrote stands before what the known proxy added, and is not believed.
        Assert.Equal(0, await app.GrantedAsync(1, "/", null, ("X-Forwarded-For", "203.0.113.77, 198.51.100.2")));
        Assert.Equal(2, await app.GrantedAsync(2, "/", null, ("X-Forwarded-For", "2001:db8:1:2::1")));
        Assert.Equal(1, await app.GrantedAsync(2, "/", null, ("X-Forwarded-For", "2001:db8:1:2:ffff::99")));
        Assert.Equal(1, await app.GrantedAsync(1, "/", null, ("X-Forwarded-For", "2001:db8:1:3::1")));
    }

    [Theory]
    [InlineData("sub")]
    [InlineData(ClaimTypes.NameIdentifier)]
    public void User_ByWhateverNameTheHandlerGivesTheSubject_IsCountedByIt(string claim)
    {
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(claim, "anna")], "bearer")) };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;

        Assert.Equal(new PartitionName(RateLimitBy.User, "anna", ""), HttpPartitions.Of(context, RateLimitBy.User, ""));
    }

    [Theory]
    [InlineData("a}:x{b")]
    [InlineData("anna@example.org")]
    [InlineData("*")]
    public async Task Key_OfAnyUserName_HoldsNothingOfIt(string user)
    {
        await using var app = await StartAsync(trusted: false, RateLimitBy.User);
        Assert.Equal(3, await app.GrantedAsync(4, "/", user));

        var keys = new List<string>();
        foreach (var server in redis.Multiplexer.GetServers())
        {
            await foreach (var key in server.KeysAsync(-1, _prefix + "*"))
            {
                keys.Add(key.ToString());
            }
        }

        Assert.Contains(keys, key => key.StartsWith(_prefix + "test:rate-limit:v1:{", StringComparison.Ordinal));
        Assert.All(keys, key => Assert.Matches("^" + _prefix + "test:rate-limit[a-z-]*:v1:\\{[A-Za-z0-9_-]+\\}(:[a-z0-9.-]+)?$", key));
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData(null, "unknown")]
    public void AddressOf_EachKind_IsWhatOneCustomerHas(string? address, string expected) =>
        Assert.Equal(expected, HttpPartitions.AddressOf(address is null ? null : IPAddress.Parse(address)));

    private Task<RateLimitedApplication> StartAsync(bool trusted, RateLimitBy by = RateLimitBy.Address) => RateLimitedApplication.StartAsync(
        redis.ConnectionString, _prefix,
        options => options.Policies["address"] = new RateLimitPolicyOptions
        {
            Algorithm = RateLimitAlgorithm.FixedWindow,
            Limit = 3,
            By = by,
            Global = true,
        },
        forwarded =>
        {
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();

            // Without any known proxy the framework would believe everybody.
            forwarded.KnownProxies.Add(trusted ? IPAddress.Loopback : IPAddress.Parse("192.0.2.1"));
        });
}
