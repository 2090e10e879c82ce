using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace StandIns.Sockets.Tests.Redis;

public sealed class TlsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Tls_WithTheServersCertificate_CarriesAll_AndReconnects()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Tls = true });
        await using var client = await ConnectionMultiplexer.ConnectAsync(Options(server, server.Certificate!));
        var database = client.GetDatabase();

        foreach (var size in (int[])[0, 1, 20_000, 8 * 1024 * 1024])
        {
            var value = RandomNumberGenerator.GetBytes(size);
            await database.StringSetAsync("value", value);
            byte[]? back = await database.StringGetAsync("value");
            Assert.True(value.AsSpan().SequenceEqual(back));
        }

        var echoes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => database.ExecuteAsync("ECHO", i)));
        Assert.Equal(Enumerable.Range(0, 1000), echoes.Select(echo => (int)echo));

        await server.RestartAsync();
        await Eventually.TrueAsync(
            async () => (int)await database.ExecuteAsync("ECHO", 7) == 7, Patience, "the client reconnects");
    }

    [Fact]
    public async Task Tls_WithAnotherCertificate_IsRefused()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Tls = true });
        using var key = ECDsa.Create();
        using var stranger = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1));

        var options = Options(server, stranger);
        options.ConnectTimeout = 2000;
        options.ConnectRetry = 1;

        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    private static ConfigurationOptions Options(RedisServer server, X509Certificate2 trusted)
    {
        var options = ConfigurationOptions.Parse(server.ConnectionString);
        options.AsyncTimeout = 20_000;
        options.CertificateValidation += (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted.RawData);
        return options;
    }
}
