using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Support;

/// <summary>A service with nothing but the library.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host, LogCollector logs)
    {
        _host = host;
        Logs = logs;
    }

    public LogCollector Logs { get; }

    public IServiceProvider Services => _host.Services;

    public RedisStore Store => Services.GetRequiredService<RedisStore>();

    public Keyspace Keys => Services.GetRequiredService<Keyspace>();

    public EventStreams Events => Services.GetRequiredService<EventStreams>();

    public IConnectionMultiplexer Multiplexer => Services.GetRequiredService<IConnectionMultiplexer>();

    public static async Task<TestHost> StartAsync(
        string connectionString, Action<RedisOptions>? configure = null, string environment = "Development",
        Action<HostApplicationBuilder>? build = null)
    {
        var (builder, logs) = Builder(
            new() { ["ConnectionStrings:redis"] = connectionString, ["Redis:Isolation"] = RedisFixture.Isolation }, environment);
        builder.AddPlatformRedis("redis", TestKeys.Registry, configure);
        build?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host, logs);
    }

    /// <summary>An application that is not built yet.</summary>
    public static (HostApplicationBuilder Builder, LogCollector Logs) Builder(
        Dictionary<string, string?> settings, string environment = "Development")
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment, ApplicationName = "testservice" });
        builder.Configuration.AddInMemoryCollection(settings);
        var logs = new LogCollector();
        builder.Logging.AddProvider(logs);
        return (builder, logs);
    }

    public async Task<HealthReportEntry> CheckAsync()
    {
        var report = await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["redis"];
    }

    /// <summary>One small operation.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default) =>
        Store.ExecuteAsync("test.ping", static database => database.PingAsync(), cancellationToken);

    /// <summary>One small operation that is expected to be refused.</summary>
    public async Task<RedisUnavailableException> RefusedAsync() => await Assert.ThrowsAsync<RedisUnavailableException>(() => PingAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
