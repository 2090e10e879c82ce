using System.Collections.Concurrent;
using System.Net;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>The servers that hold the service's keys: the one server, or every primary of a cluster that has slots.</summary>
internal sealed class RedisPrimaries(Keyspace keyspace)
{
    private const int MostAttempts = 1000;

    private readonly string _process = Guid.CreateVersion7().ToString("N");
    private readonly ConcurrentDictionary<EndPoint, RedisKey> _keys = new();

    public static bool IsCluster(IConnectionMultiplexer connection) => ConfigurationOf(connection) is not null;

    /// <summary>As far as the client knows now; a primary that is away is among them as long as nobody took over its slots.</summary>
    public IReadOnlyList<RedisPrimary> Of(IConnectionMultiplexer connection)
    {
        if (ConfigurationOf(connection) is not { } cluster)
        {
            return [new RedisPrimary(null, null, [], keyspace.Key(LibraryKeys.Health, _process))];
        }

        var servers = connection.GetServers();
        var primaries = new List<RedisPrimary>();
        foreach (var node in cluster.Nodes)
        {
            if (!node.IsReplica && node.Slots.Count > 0 && node.EndPoint is { } endPoint
                && Array.Find(servers, server => server.EndPoint.Equals(endPoint)) is { } server)
            {
                primaries.Add(new RedisPrimary(endPoint.ToString(), server, node.Slots, KeyOn(endPoint, cluster, connection)));
            }
        }

        return primaries;
    }

    private static ClusterConfiguration? ConfigurationOf(IConnectionMultiplexer connection)
    {
        ClusterConfiguration? known = null;
        foreach (var server in connection.GetServers())
        {
            if (server.ServerType == ServerType.Cluster && server.ClusterConfiguration is { } cluster)
            {
                known = cluster;
                if (server.IsConnected)
                {
                    break;
                }
            }
        }

        return known;
    }

    private RedisKey? KeyOn(EndPoint endPoint, ClusterConfiguration cluster, IConnectionMultiplexer connection)
    {
        if (_keys.TryGetValue(endPoint, out var key) && IsOn(key))
        {
            return key;
        }

        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            key = keyspace.Key(LibraryKeys.Health, $"{_process}-{attempt}");
            if (IsOn(key))
            {
                return _keys[endPoint] = key;
            }
        }

        return null;

        bool IsOn(RedisKey candidate) => endPoint.Equals(cluster.GetBySlot(connection.HashSlot(candidate))?.EndPoint);
    }
}
