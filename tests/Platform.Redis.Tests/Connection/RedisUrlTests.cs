using System.Net;
using Platform.Redis.Connection;

namespace Platform.Redis.Tests.Connection;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379, null, null, null, false)]
    [InlineData("redis://:secret@localhost:7001/3", "localhost", 7001, null, "secret", 3, false)]
    [InlineData("rediss://app:p%40ss%2Fw%3Ard%2C@redis.example:6380/15", "redis.example", 6380, "app", "p@ss/w:rd,", 15, true)]
    [InlineData("redis://localhost:7001?db=2", "localhost", 7001, null, null, 2, false)]
    [InlineData("redis://127.0.0.1:7001/", "127.0.0.1", 7001, null, null, null, false)]
    [InlineData("redis://[::1]:7001/1", "::1", 7001, null, null, 1, false)]
    public void TryParse_ValidUrl_ReadsEveryPart(
        string url, string host, int port, string? user, string? password, int? database, bool tls)
    {
        Assert.True(RedisUrl.TryParse(url, out var parsed, out _));
        var endPoint = Assert.Single(parsed.EndPoints);
        Assert.Equal((host, port), endPoint is DnsEndPoint dns ? (dns.Host, dns.Port) : Address((IPEndPoint)endPoint));
        Assert.Equal((user, password, database, tls), (parsed.User, parsed.Password, parsed.DefaultDatabase, parsed.Ssl));
    }

    [Fact]
    public void TryParse_SeveralHosts_ReadsEach()
    {
        Assert.True(RedisUrl.TryParse("rediss://:p%40ss@one.example:7001,127.0.0.1,[::1]:7003/0", out var parsed, out _));

        Assert.Equal(
            [new DnsEndPoint("one.example", 7001), new IPEndPoint(IPAddress.Loopback, 6379), new IPEndPoint(IPAddress.IPv6Loopback, 7003)],
            parsed.EndPoints);
        Assert.Equal(("p@ss", 0, true, "one.example"), (parsed.Password, parsed.DefaultDatabase, parsed.Ssl, parsed.SslHost));
    }

    [Theory]
    [InlineData("redis://:hunter2@localhost,", "percent-encoded")]
    [InlineData("redis://:hunter2@localhost,other:0", "percent-encoded")]
    [InlineData("redis://:hunter2@localhost,:hunter2@other", "percent-encoded")]
    [InlineData("redis://:hunter2@localhost,other/1,more", "database")]
    [InlineData("http://localhost", "redis:// or, for TLS, rediss://")]
    [InlineData("redis://hunter2@localhost", "no password")]
    [InlineData("redis://:hunter2@localhost:99999", "1 to 65535")]
    [InlineData("redis://:hunter2@localhost:0", "1 to 65535")]
    [InlineData("redis://:hunter2#x@localhost", "percent-encoded")]
    [InlineData("redis://:hunter2@localhost/tasks", "database")]
    [InlineData("redis://:hunter2@localhost/-1", "database")]
    [InlineData("redis://:hunter2@localhost?timeout=1", "?db=")]
    public void TryParse_InvalidUrl_SaysWhatToChangeAndNoSecret(string url, string expected)
    {
        Assert.False(RedisUrl.TryParse(url, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    private static (string Host, int Port) Address(IPEndPoint endPoint) => (endPoint.Address.ToString(), endPoint.Port);
}
