using System.Globalization;

namespace Platform.TestKit;

/// <summary>
/// A private Redis Cluster of primaries without replicas: every node a <see cref="RedisServer"/>, all with one password. It ends with
/// <see cref="DisposeAsync"/>, and with the test process whichever way that ends.
/// </summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private static readonly TimeSpan FormTimeout = TimeSpan.FromSeconds(30);

    private readonly RedisServer[] _nodes;
    private readonly int[] _firstSlots;

    private RedisCluster(RedisServer[] nodes)
    {
        _nodes = nodes;
        _firstSlots = [.. Enumerable.Range(0, nodes.Length + 1).Select(node => RedisSlot.Count * node / nodes.Length)];
    }

    /// <summary>The nodes; each began with an equal share of the slots, in this order.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>The password of every node, if any.</summary>
    public string? Password => _nodes[0].Password;

    /// <summary>What a StackExchange.Redis client connects with: every node.</summary>
    public string ConnectionString => string.Join(
        ',', [.. _nodes.Select(Address), .. Password is null ? (string[])[] : [$"password={Password}"]]);

    /// <summary>Every node as <c>redis://:password@host:port,host:port</c>.</summary>
    public string Url => $"redis://{(Password is null ? "" : $":{Password}@")}{string.Join(',', _nodes.Select(Address))}";

    /// <summary>Starts the nodes, makes a cluster of them, and returns when each calls it ok.</summary>
    /// <param name="options">How each node is started.</param>
    /// <param name="nodeTimeout">How long a node may be silent before the others call it failed; 5 s.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RedisCluster> StartAsync(
        RedisServerOptions? options = null, TimeSpan? nodeTimeout = null, int nodes = 3, CancellationToken cancellationToken = default)
    {
        var node = options ?? new RedisServerOptions();
        node = node with
        {
            Cluster = true,
            Password = node.Password ?? RedisServer.NewPassword(),
            ExtraConfiguration =
            [
                string.Create(CultureInfo.InvariantCulture, $"cluster-node-timeout {(nodeTimeout ?? TimeSpan.FromSeconds(5)).TotalMilliseconds:F0}"),

                // One node gone takes its own slots along, not those of the others.
                "cluster-require-full-coverage no",
                .. node.ExtraConfiguration,
            ],
        };
        var starting = Enumerable.Range(0, nodes).Select(_ => RedisServer.StartNodeAsync(node, cancellationToken)).ToArray();
        try
        {
            var cluster = new RedisCluster(await Task.WhenAll(starting));
            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            foreach (var started in starting.Where(start => start.IsCompletedSuccessfully))
            {
                await (await started).DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>The node that a key was on when the cluster was made.</summary>
    public RedisServer NodeOf(string key) => _nodes[Array.FindIndex(_firstSlots, first => first > RedisSlot.Of(key)) - 1];

    /// <summary>A hash tag that was on the node when the cluster was made: <c>name-7</c>.</summary>
    public string TagOn(RedisServer node, string name = "tag") => Enumerable.Range(0, int.MaxValue)
        .Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"))
        .First(tag => NodeOf(tag) == node);

    /// <summary>Returns when every node that runs calls the cluster ok and knows no other as failed.</summary>
    public Task WaitUntilOkAsync() => Eventually.TrueAsync(
        async () =>
        {
            foreach (var node in _nodes)
            {
                var state = await node.CommandAsync("CLUSTER", "INFO");
                if (!state.Contains("cluster_state:ok", StringComparison.Ordinal)
                    || !state.Contains($"cluster_slots_ok:{RedisSlot.Count}", StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        },
        FormTimeout, "every node calls the cluster ok");

    /// <summary>The first half of moving a slot: new keys go to the other node, keys that are there stay until <see cref="FinishMoveAsync"/>.</summary>
    public async Task BeginMoveAsync(int slot, RedisServer from, RedisServer to)
    {
        await to.CommandAsync("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", await IdAsync(from));
        await from.CommandAsync("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", await IdAsync(to));
    }

    /// <summary>Moves the keys of a slot one after the other, then hands the slot over.</summary>
    public async Task FinishMoveAsync(int slot, RedisServer from, RedisServer to)
    {
        while (await from.CommandAsync("CLUSTER", "GETKEYSINSLOT", Text(slot), "1") is { Length: > 0 } key)
        {
            string[] password = Password is null ? [] : ["AUTH", Password];
            await from.CommandAsync(["MIGRATE", "127.0.0.1", Text(to.Port), key, "0", "5000", .. password]);
        }

        var owner = await IdAsync(to);
        foreach (var node in (RedisServer[])[to, from, .. _nodes.Where(node => node != to && node != from)])
        {
            await node.CommandAsync("CLUSTER", "SETSLOT", Text(slot), "NODE", owner);
        }
    }

    /// <summary>Ends every node and deletes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>The same without waiting, for the end of the process.</summary>
    internal void Abandon()
    {
        foreach (var node in _nodes)
        {
            node.Abandon();
        }
    }

    private async Task FormAsync()
    {
        for (var i = 0; i < _nodes.Length; i++)
        {
            // Each its own epoch from the beginning, or the nodes first have to settle who changes it.
            await _nodes[i].CommandAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
            await _nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", Text(_firstSlots[i]), Text(_firstSlots[i + 1] - 1));
        }

        foreach (var node in _nodes)
        {
            foreach (var other in _nodes.Where(other => other != node))
            {
                await node.CommandAsync("CLUSTER", "MEET", "127.0.0.1", Text(other.Port), Text(other.BusPort));
            }
        }

        await WaitUntilOkAsync();
    }

    private Task<string> IdAsync(RedisServer node) => _nodes.Contains(node)
        ? node.CommandAsync("CLUSTER", "MYID")
        : throw new ArgumentException("The server is not a node of this cluster.", nameof(node));

    private static string Address(RedisServer node) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Port}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
