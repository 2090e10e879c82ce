using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>
/// The connection, opened on a thread of its own: the client connects synchronously when it is first resolved, which may take as long
/// as the connect timeout, and nobody who asks for data may wait that long.
/// </summary>
internal sealed class RedisConnection(IServiceProvider services) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _opening;
    private volatile IDatabase? _database;
    private volatile bool _cluster;
    private bool _refused;

    /// <summary>A connection became usable again.</summary>
    public event Action? Restored;

    /// <summary>The service's database; null until the connection was opened.</summary>
    public IDatabase? Database => _database;

    /// <summary>Whether there are connections, and none to a server that takes writes.</summary>
    public bool HasReplicasAlone
    {
        get
        {
            IServer[] connected = [.. _database?.Multiplexer.GetServers().Where(static server => server.IsConnected) ?? []];
            return connected.Length > 0 && Array.TrueForAll(connected, static server => server.IsReplica);
        }
    }

    /// <summary>Whether it was a cluster when it was connected to.</summary>
    public bool IsCluster => _cluster;

    public Task<IConnectionMultiplexer> OpenAsync()
    {
        var opening = Volatile.Read(ref _opening);
        return opening is { IsCompletedSuccessfully: true } ? opening : OpenOnce();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private Task<IConnectionMultiplexer> OpenOnce()
    {
        lock (_gate)
        {
            if (_opening is null or { IsFaulted: true })
            {
                _opening = Task.Run(() => OpenSlowlyAsync(_stopping.Token));
                _opening.Abandon();
            }

            return _opening;
        }
    }

    private async Task<IConnectionMultiplexer> OpenSlowlyAsync(CancellationToken stopping)
    {
        // The client's first attempt lasts until its timeout when nobody listens, and is blind to a server that comes up meanwhile.
        var options = services.GetRequiredService<IOptions<ConfigurationOptions>>().Value;
        while (options.Tunnel is null && !await AnyListensAsync(options.EndPoints, stopping).ConfigureAwait(false))
        {
            await Task.Delay(LookInterval, stopping).ConfigureAwait(false);
        }

        var connection = await Task.Factory.StartNew(
            services.GetRequiredService<IConnectionMultiplexer>, stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
        _cluster = RedisPrimaries.IsCluster(connection);
        CheckDatabase(options.DefaultDatabase ?? 0);
        connection.ConnectionRestored += (_, _) =>
        {
            _cluster = RedisPrimaries.IsCluster(connection);
            Restored?.Invoke();
        };
        _database = connection.GetDatabase();
        Restored?.Invoke();
        return connection;
    }

    // Only the server can tell that it is a cluster, so this cannot be found with the other settings before anything is connected.
    private void CheckDatabase(int database)
    {
        if (database == 0 || !_cluster)
        {
            return;
        }

        if (!Interlocked.Exchange(ref _refused, true))
        {
            services.GetRequiredService<ILogger<RedisConnection>>().DatabaseOnCluster(database);
        }

        throw new OptionsValidationException(
            RedisOptions.SectionName, typeof(RedisOptions),
            [$"Redis is a cluster, which has database 0 only, and this service is to use database {database}. Set "
                + $"{RedisOptions.SectionName}:Isolation=Prefix (then the database of the connection string is not used), or name database 0."]);
    }

    private static async Task<bool> AnyListensAsync(EndPointCollection endPoints, CancellationToken stopping)
    {
        foreach (var endPoint in endPoints)
        {
            if (await ListensAsync(endPoint, stopping).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> ListensAsync(EndPoint endPoint, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var socket = endPoint is DnsEndPoint or IPEndPoint
                ? new Socket(SocketType.Stream, ProtocolType.Tcp)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(endPoint, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
