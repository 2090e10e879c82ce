using Microsoft.AspNetCore.Http;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Gateway;

namespace PrivacyService.Tests.Gateway;

public sealed class GatewayTargetTests
{
    /// <summary>Paths as the server gives them: decoded once, but for slashes.</summary>
    [Theory]
    [InlineData("", "https://up.example/base")]
    [InlineData("/", "https://up.example/base/")]
    [InlineData("/v1/messages", "https://up.example/base/v1/messages")]
    [InlineData("/v1/messages/", "https://up.example/base/v1/messages/")]
    [InlineData("/v1/models/meta%2Fllama", "https://up.example/base/v1/models/meta%2Fllama")]
    [InlineData("/v1/a b/é", "https://up.example/base/v1/a%20b/%C3%A9")]
    [InlineData("/v1/a%20b", "https://up.example/base/v1/a%2520b")]
    [InlineData("/v1/100%", "https://up.example/base/v1/100%25")]
    [InlineData("/v1/models/gemini-1.5:generate", "https://up.example/base/v1/models/gemini-1.5:generate")]
    [InlineData("/v1/a?b#c", "https://up.example/base/v1/a%3Fb%23c")]
    [InlineData("/v1/..a/b..", "https://up.example/base/v1/..a/b..")]
    [InlineData("/@evil.example/x", "https://up.example/base/@evil.example/x")]
    public void Of_PathBelow_GoesOnAsItWasWritten(string path, string target) => Assert.Equal(target, Of(path));

    [Theory]
    [InlineData("/../admin")]
    [InlineData("/v1/../../admin")]
    [InlineData("/v1/..")]
    [InlineData("/./admin")]
    [InlineData("/..%2Fadmin")]
    [InlineData("/%2e%2e/admin")]
    [InlineData("/%2E%2e%2fadmin")]
    [InlineData("/%252e%252e%252fadmin")]
    [InlineData("/%25252525252e%25252525252e/admin")]
    [InlineData("/%c0%ae%c0%ae/admin")]
    [InlineData("/v1%5C..%5C..%5Cadmin")]
    [InlineData("/v1\\..\\admin")]
    [InlineData("/\\evil.example/x")]
    [InlineData("/%5Cevil.example/x")]
    [InlineData("//evil.example/x")]
    [InlineData("/%2Fevil.example/x")]
    [InlineData("/%252fevil.example/x")]
    [InlineData("/v1//x")]
    [InlineData("/..;a=b/admin")]
    [InlineData("/.. /admin")]
    [InlineData("/v1\t/x")]
    [InlineData("/v1%0d%0aHost:%20evil.example")]
    public void Of_PathThatMayLeadElsewhere_IsRefused(string path)
    {
        var problem = Assert.Throws<ProblemException>(() => Of(path));

        Assert.Equal((400, "path_leads_elsewhere"), (problem.Status, problem.Code));
    }

    [Fact]
    public void Of_Query_GoesOnButForTheOwner()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/gateway/model/v1";
        context.Request.QueryString = new QueryString("?a=%2e%2e%2f&owner=usr_1&b=1&b=2");

        Assert.Equal("https://up.example/base/v1?a=..%2F&b=1&b=2", GatewayTarget.Of(new GatewayUpstream { Address = "https://up.example/base" }, context.Request).AbsoluteUri);
    }

    private static string Of(string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = new PathString("/gateway/model" + path);
        return GatewayTarget.Of(new GatewayUpstream { Address = "https://up.example/base/" }, context.Request).AbsoluteUri;
    }
}
