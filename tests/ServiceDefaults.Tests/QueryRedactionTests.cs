using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Platform.ServiceDefaults.Telemetry;

namespace ServiceDefaults.Tests;

public sealed class QueryRedactionTests
{
    [Theory]
    [InlineData("?email=ada%40example.com&page=2", "?email=Redacted&page=2")]
    [InlineData("?page=2&e%6Dail=ada%40example.com", "?page=2&e%6Dail=Redacted")]
    [InlineData("?page=2", "?page=2")]
    public void Query_ThatTheEnvironmentShows_LosesWhatIsPersonal(string query, string shown) => Assert.Equal(shown, Redact(query, query));

    [Fact]
    public void Query_ThatIsRedactedAlready_StaysSo() =>
        Assert.Equal("?email=Redacted&password=Redacted", Redact("?email=ada%40example.com&password=secret", "?email=Redacted&password=Redacted"));

    private static string? Redact(string query, string tag)
    {
        using var activity = new Activity("request");
        activity.SetTag("url.query", tag);
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        QueryRedaction.Redact(activity, http.Request);
        return (string?)activity.GetTagItem("url.query");
    }
}
