using System.Net;
using System.Net.Sockets;
using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace StandIns.Clients.Tests.Redis;

public sealed class RedisClientTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(1, "common:1")]
    [InlineData(2, "named:2")]
    [InlineData(3, "connection:3")]
    [InlineData(4, "code:4")]
    public void AddRedisClient_ConnectionStringInManyPlaces_LaterWins(int places, string expected)
    {
        var builder = CreateBuilder(new[]
        {
            ("Aspire:StackExchange:Redis:ConnectionString", "common:1"),
            ("Aspire:StackExchange:Redis:cache:ConnectionString", "named:2"),
            ("ConnectionStrings:cache", "connection:3"),
        }.Take(places));

        builder.AddRedisClient("cache", settings => settings.ConnectionString = places == 4 ? "code:4" : settings.ConnectionString);

        using var host = builder.Build();
        Assert.Equal(expected, Format(Assert.Single(OptionsOf(host).EndPoints)));
    }

    [Fact]
    public void AddRedisClient_OptionsInManyPlaces_LaterWins()
    {
        var builder = CreateBuilder(
        [
            ("ConnectionStrings:cache", "localhost:1,connectTimeout=1001,syncTimeout=1002,asyncTimeout=1003,keepAlive=14,connectRetry=5"),
            ("Aspire:StackExchange:Redis:ConfigurationOptions:SyncTimeout", "2002"),
            ("Aspire:StackExchange:Redis:ConfigurationOptions:AsyncTimeout", "2003"),
            ("Aspire:StackExchange:Redis:cache:ConfigurationOptions:AsyncTimeout", "3003"),
            ("Aspire:StackExchange:Redis:cache:ConfigurationOptions:KeepAlive", "34"),
            ("Aspire:StackExchange:Redis:cache:ConfigurationOptions:ConnectRetry", "35"),
        ]);

        builder.AddRedisClient("cache", configureOptions: options =>
        {
            options.KeepAlive = 44;
            options.ConnectRetry = 45;
        });
        builder.Services.Configure<ConfigurationOptions>(options => options.ConnectRetry = 55);

        using var host = builder.Build();
        var options = OptionsOf(host);
        Assert.Equal((1001, 2002, 3003, 44, 55),
            (options.ConnectTimeout, options.SyncTimeout, options.AsyncTimeout, options.KeepAlive, options.ConnectRetry));
    }

    [Theory]
    [InlineData("localhost:1", false)]
    [InlineData("localhost:1,abortConnect=true", true)]
    [InlineData("localhost:1,AbortConnect=false", false)]
    public void AddRedisClient_AbortOnConnectFail_IsFalseUnlessTheConnectionStringSaysSo(string connectionString, bool expected)
    {
        var builder = CreateBuilder([("ConnectionStrings:cache", connectionString)]);
        builder.AddRedisClient("cache");

        using var host = builder.Build();
        Assert.Equal(expected, OptionsOf(host).AbortOnConnectFail);
    }

    [Fact]
    public void AddRedisClient_NoConnectionString_FailsOnResolveAndNamesTheSettings()
    {
        var builder = CreateBuilder([]);
        builder.AddRedisClient("cache");

        using var host = builder.Build();
        var exception = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<IConnectionMultiplexer>());
        Assert.Equal(
            "No endpoints specified. Ensure a valid connection string was provided in 'ConnectionStrings:cache' or for the 'Aspire:StackExchange:Redis:ConnectionString' configuration key.",
            exception.Message);
    }

    [Fact]
    public async Task AddRedisClient_WithServer_ConnectsOnceWhenFirstUsed()
    {
        var builder = CreateBuilder([("ConnectionStrings:cache", redis.ConnectionString)]);
        builder.AddRedisClient("cache");

        using var host = builder.Build();
        var connection = host.Services.GetRequiredService<IConnectionMultiplexer>();
        var key = RedisFixture.NewPrefix();
        await connection.GetDatabase().StringSetAsync(key, "value", TimeSpan.FromMinutes(1));

        Assert.Equal("value", await redis.GetDatabase().StringGetAsync(key));
        Assert.Same(connection, host.Services.GetRequiredService<IConnectionMultiplexer>());
        await redis.GetDatabase().KeyDeleteAsync(key);
    }

    [Fact]
    public async Task AddKeyedRedisClient_TwoClients_EachHasItsOwnDatabaseAndOptions()
    {
        var builder = CreateBuilder(
        [
            ("ConnectionStrings:one", redis.ConnectionString + ",defaultDatabase=1"),
            ("ConnectionStrings:two", redis.ConnectionString + ",defaultDatabase=2"),
        ]);
        builder.AddKeyedRedisClient("one");
        builder.AddKeyedRedisClient("two");

        using var host = builder.Build();
        var one = host.Services.GetRequiredKeyedService<IConnectionMultiplexer>("one");
        var two = host.Services.GetRequiredKeyedService<IConnectionMultiplexer>("two");

        Assert.Equal((1, 2), (one.GetDatabase().Database, two.GetDatabase().Database));
        Assert.Null(host.Services.GetService<IConnectionMultiplexer>());
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(["StackExchange.Redis_one", "StackExchange.Redis_two"], report.Entries.Keys.Order());
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public void AddRedisClientBuilder_ReturnsWhatItWasBuiltWith()
    {
        var builder = CreateBuilder([("ConnectionStrings:cache", "localhost:1")]);

        var plain = builder.AddRedisClientBuilder("cache");
        var keyed = builder.AddKeyedRedisClientBuilder("keyed", settings => settings.ConnectionString = "localhost:2");

        Assert.Same(builder, plain.HostBuilder);
        Assert.Equal(("localhost:1", (string?)null), (plain.Settings.ConnectionString, plain.ServiceKey));
        Assert.Equal(("localhost:2", "keyed"), (keyed.Settings.ConnectionString, keyed.ServiceKey));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task DisableAutoActivation_DecidesWhetherStartingConnects(bool disable, bool connects)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var builder = CreateBuilder([("ConnectionStrings:cache", $"127.0.0.1:{port},connectTimeout=200,connectRetry=1")]);
        builder.AddRedisClient("cache", settings => settings.DisableAutoActivation = disable);

        using var host = builder.Build();
        await host.StartAsync();

        Assert.Equal(connects, listener.Pending());
        await host.StopAsync();
    }

    [Fact]
    public async Task HealthCheck_ServerComesAndGoes_SaysSo()
    {
        await using var server = await RedisServer.StartAsync();
        var builder = CreateBuilder([("ConnectionStrings:cache", server.ConnectionString + ",asyncTimeout=500,connectTimeout=500")]);
        builder.AddRedisClient("cache");
        using var host = builder.Build();
        var health = host.Services.GetRequiredService<HealthCheckService>();

        var before = await health.CheckHealthAsync();
        await server.KillAsync();
        var without = await health.CheckHealthAsync();
        await server.RestartAsync();

        Assert.Equal(HealthStatus.Healthy, before.Entries["StackExchange.Redis"].Status);
        Assert.Empty(before.Entries["StackExchange.Redis"].Tags);
        Assert.Equal(HealthStatus.Unhealthy, without.Entries["StackExchange.Redis"].Status);
        await Eventually.TrueAsync(
            async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(20), "the client reconnects");
    }

    [Fact]
    public async Task HealthCheck_ServerDoesNotAnswer_EndsWithItsCaller()
    {
        await using var server = await RedisServer.StartAsync();
        var builder = CreateBuilder([("ConnectionStrings:cache", server.ConnectionString + ",asyncTimeout=60000")]);
        builder.AddRedisClient("cache");
        using var host = builder.Build();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await health.CheckHealthAsync();

        server.Pause();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var check = health.CheckHealthAsync(patience.Token);
        var ended = await Task.WhenAny(check, Task.Delay(TimeSpan.FromSeconds(5)));
        server.Resume();

        Assert.Same(check, ended);
    }

    [Fact]
    public void HealthCheck_TwoClientsOfOneName_IsThereOnce()
    {
        var builder = CreateBuilder([("ConnectionStrings:cache", "localhost:1")]);
        builder.AddRedisClient("cache");
        builder.AddRedisClient("cache");

        using var host = builder.Build();
        var options = host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value;
        Assert.Single(options.Registrations, registration => registration.Name == "StackExchange.Redis");
    }

    [Fact]
    public void DisableHealthChecks_InConfiguration_LeavesNone()
    {
        var builder = CreateBuilder([("ConnectionStrings:cache", "localhost:1"), ("Aspire:StackExchange:Redis:DisableHealthChecks", "true")]);
        builder.AddRedisClient("cache");

        using var host = builder.Build();
        Assert.Null(host.Services.GetService<HealthCheckService>());
    }

    private static HostApplicationBuilder CreateBuilder(IEnumerable<(string Key, string Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return builder;
    }

    private static ConfigurationOptions OptionsOf(IHost host)
        => host.Services.GetRequiredService<IOptionsMonitor<ConfigurationOptions>>().CurrentValue;

    private static string Format(EndPoint endPoint) => endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endPoint.ToString()!;
}
