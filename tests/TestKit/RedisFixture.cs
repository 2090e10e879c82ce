using StackExchange.Redis;
using Xunit;
using Xunit.v3;

namespace Platform.TestKit;

/// <summary>
/// A Redis for tests that share one: a private server per test process, a private cluster where <see cref="OnCluster"/> says so, or the
/// one that <c>PLATFORM_TEST_REDIS</c> gives the connection string of. Tests keep apart by key prefix (<see cref="NewPrefix"/>) and never flush. For a class or assembly fixture.
/// </summary>
public sealed class RedisFixture : IAsyncLifetime
{
    /// <summary>The environment variable with the connection string of a server to use.</summary>
    public const string ConnectionVariable = "PLATFORM_TEST_REDIS";

    /// <summary>The environment variable that, when it is <c>1</c>, runs the tests of any project on a cluster.</summary>
    public const string ClusterVariable = "PLATFORM_TEST_REDIS_CLUSTER";

    private static readonly Lazy<Task<string>> Shared = new(StartSharedAsync);
    private static long _prefixes;

    private ConnectionMultiplexer? _multiplexer;
    private string? _connectionString;

    /// <summary>Whether the tests of this process run on a cluster; set before the first test.</summary>
    public static bool OnCluster { get; set; } = Environment.GetEnvironmentVariable(ClusterVariable) == "1";

    /// <summary>The setting <c>Redis:Isolation</c> for that.</summary>
    public static string Isolation => OnCluster ? "Prefix" : "Database";

    /// <summary>What a StackExchange.Redis client connects with.</summary>
    public string ConnectionString => _connectionString ?? throw NotInitialized();

    /// <summary>A client of the server, shared by the tests of this fixture.</summary>
    public IConnectionMultiplexer Multiplexer => _multiplexer ?? throw NotInitialized();

    /// <summary>A key prefix that no other test uses, on any run.</summary>
    public static string NewPrefix(string name = "test")
        => $"{name}:{Environment.ProcessId:x}{DateTime.UtcNow.Ticks:x}{Interlocked.Increment(ref _prefixes):x}:";

    /// <summary>Ends a test that means nothing on a cluster, visibly; elsewhere it does nothing.</summary>
    public static void SkipOnCluster(string reason)
    {
        if (OnCluster)
        {
            throw new InvalidOperationException($"{DynamicSkipToken.Value}Not on a cluster: {reason}.");
        }
    }

    /// <summary>The keys that begin with a prefix, of every primary; tests have database 0 to themselves.</summary>
    public static IEnumerable<RedisKey> Keys(IConnectionMultiplexer connection, string prefix)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.GetServers()
            .Where(server => server is { IsConnected: true, IsReplica: false })
            .SelectMany(server => server.Keys(connection.GetDatabase().Database, prefix + "*"));
    }

    /// <summary>A database of the server.</summary>
    public IDatabase GetDatabase(int database = -1) => Multiplexer.GetDatabase(database);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var given = Environment.GetEnvironmentVariable(ConnectionVariable);
        _connectionString = string.IsNullOrWhiteSpace(given) ? await Shared.Value : given;
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

    private static async Task<string> StartSharedAsync()
    {
        if (OnCluster)
        {
            var cluster = await RedisCluster.StartAsync();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Abandon();
            return cluster.ConnectionString;
        }

        var server = await RedisServer.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Abandon();
        return server.ConnectionString;
    }
}
