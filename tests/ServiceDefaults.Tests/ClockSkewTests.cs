using System.Net;
using Microsoft.AspNetCore.Builder;
using Platform.ServiceDefaults.Authentication;

namespace ServiceDefaults.Tests;

public class ClockSkewTests
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Once: by whoever checks the token, or by what remembers that it was checked, but not by one after the other.</summary>
    [Theory]
    [InlineData("8192")]
    [InlineData("0")]
    public async Task Token_Expired_IsAcceptedForOneSkewAndNoLonger(string remembered)
    {
        await using var service = await TestService.StartAsync(
            routes => routes.MapGet("/me", () => "me").RequireUser(),
            builder =>
            {
                builder.Configuration["Auth:ClockSkew"] = Skew.ToString();
                builder.Configuration["Auth:VerifiedTokens"] = remembered;
            });

        // Tokens tell whole seconds.
        var expires = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2);
        using var client = service.Client(service.Issuer.Sign(
            new() { ["sub"] = "usr_1", ["sid"] = "ses_1", ["scope"] = "user" }, token => token.Expires = expires.UtcDateTime));
        var lastAccepted = DateTimeOffset.MinValue;
        var refused = DateTimeOffset.MinValue;
        while (refused < expires + Skew + Skew)
        {
            var sent = DateTimeOffset.UtcNow;
            using var answer = await client.GetAsync("/me", Stop);
            (lastAccepted, refused) = answer.StatusCode == HttpStatusCode.OK ? (sent, refused) : (lastAccepted, DateTimeOffset.UtcNow);
            Assert.True(refused == DateTimeOffset.MinValue || refused >= expires + Skew, "A token was refused before its time.");
        }

        Assert.InRange(lastAccepted, expires, expires + Skew);
    }
}
