using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Redis;
using Platform.Redis.Keys;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Harness;

/// <summary>
/// What a scenario works with: a private Redis, a service's container with the library in it, and the very connection that the library uses
/// for the floor, so that both sides share the socket layer.
/// </summary>
internal sealed class Bench(RedisServer server, ConnectionMultiplexer admin, bool telemetry) : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public static KeyRegistry Registry { get; } = new("benchmark", "bench:");

    /// <summary>The raw client, on the connection of the host that was started last.</summary>
    public IDatabase Raw => Multiplexer.GetDatabase();

    /// <summary>The connection of the host that was started last.</summary>
    public IConnectionMultiplexer Multiplexer { get; private set; } = admin;

    /// <summary>Starts a host with the library, as a service does.</summary>
    /// <param name="configure">Adds capabilities.</param>
    /// <param name="settings">Configuration, such as <c>("Cache:MaxBytes", "1000")</c>.</param>
    public async Task<IServiceProvider> StartAsync(
        Action<IHostApplicationBuilder, IPlatformRedisBuilder>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("ConnectionStrings:redis", (string?)server.ConnectionString),
            .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
        ]);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
        configure?.Invoke(builder, builder.AddPlatformRedis("redis", Registry));
        if (configure is null)
        {
            builder.AddPlatformRedis("redis", Registry);
        }

        if (!telemetry)
        {
            builder.Services.RemoveTelemetryListeners();
        }

        var host = builder.Build();
        await host.StartAsync();
        _hosts.Add(host);
        Multiplexer = host.Services.GetRequiredService<IConnectionMultiplexer>();
        return host.Services;
    }

    /// <summary>Loads a script for the raw client.</summary>
    /// <returns>Its hash.</returns>
    public async Task<byte[]> LoadScriptAsync(string text) => await admin.GetServers()[0].ScriptLoadAsync(text);

    /// <summary>Counters of the server and of the connection.</summary>
    public async Task<Counters> ReadCountersAsync() =>
        Counters.Read(await admin.GetServers()[0].InfoRawAsync("all"), Multiplexer.GetCounters().Interactive.OperationCount);

    /// <summary>Ends the hosts and empties the server.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await admin.GetServers()[0].FlushAllDatabasesAsync();
    }
}
