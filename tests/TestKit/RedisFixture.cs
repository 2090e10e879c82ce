using StackExchange.Redis;
using Xunit;

namespace Platform.TestKit;

/// <summary>
/// A Redis for tests that share one: a private server per test process, or the one that <c>PLATFORM_TEST_REDIS</c> gives the
/// connection string of. Tests keep apart by key prefix (<see cref="NewPrefix"/>) and never flush. For a class or assembly fixture.
/// </summary>
public sealed class RedisFixture : IAsyncLifetime
{
    /// <summary>The environment variable with the connection string of a server to use.</summary>
    public const string ConnectionVariable = "PLATFORM_TEST_REDIS";

    private static readonly Lazy<Task<RedisServer>> SharedServer = new(StartSharedAsync);
    private static long _prefixes;

    private ConnectionMultiplexer? _multiplexer;
    private string? _connectionString;

    /// <summary>What a StackExchange.Redis client connects with.</summary>
    public string ConnectionString => _connectionString ?? throw NotInitialized();

    /// <summary>A client of the server, shared by the tests of this fixture.</summary>
    public IConnectionMultiplexer Multiplexer => _multiplexer ?? throw NotInitialized();

    /// <summary>A key prefix that no other test uses, on any run.</summary>
    public static string NewPrefix(string name = "test")
        => $"{name}:{Environment.ProcessId:x}{DateTime.UtcNow.Ticks:x}{Interlocked.Increment(ref _prefixes):x}:";

    /// <summary>A database of the server.</summary>
    public IDatabase GetDatabase(int database = -1) => Multiplexer.GetDatabase(database);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var given = Environment.GetEnvironmentVariable(ConnectionVariable);
        _connectionString = string.IsNullOrWhiteSpace(given) ? (await SharedServer.Value).ConnectionString : given;
        _multiplexer = await ConnectionMultiplexer.ConnectAsync(_connectionString);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is not null)
        {
            await _multiplexer.DisposeAsync();
        }
    }

    private static InvalidOperationException NotInitialized() => new("The fixture is used before it is initialized.");

    private static async Task<RedisServer> StartSharedAsync()
    {
        var server = await RedisServer.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Abandon();
        return server;
    }
}
