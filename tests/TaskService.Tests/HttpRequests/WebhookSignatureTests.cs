using System.ComponentModel.DataAnnotations;
using TaskService.HttpRequests;

namespace TaskService.Tests.HttpRequests;

public sealed class WebhookSignatureTests
{
    /// <summary>The example of the specification's own libraries.</summary>
    [Fact]
    public void Compute_TheSpecificationsExample_IsItsSignature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Compute(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8));

    [Theory]
    [InlineData("short", 443, "10.0.0.0/8", "a.example", nameof(HttpRequestsOptions.SigningSecrets))]
    [InlineData("whsec_not base64 at all, however long it is", 443, "10.0.0.0/8", "a.example", nameof(HttpRequestsOptions.SigningSecrets))]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0, "10.0.0.0/8", "a.example", nameof(HttpRequestsOptions.Ports))]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 443, "10.0.0.0", "a.example", nameof(HttpRequestsOptions.InternalNetworks))]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 443, "10.0.0.0/8", "https://a.example", nameof(HttpRequestsOptions.AllowedHosts))]
    public void Options_ThatCannotBe_AreNamed(string secret, int port, string network, string host, string named)
    {
        var options = new HttpRequestsOptions { SigningSecrets = { secret }, Ports = { port }, InternalNetworks = { network }, AllowedHosts = { host } };

        Assert.Equal([named], Assert.Single(options.Validate(new ValidationContext(options))).MemberNames);
    }
}
