namespace Platform.TestKit;

/// <summary>How a private Redis server is started.</summary>
public sealed record RedisServerOptions
{
    /// <summary>Whether clients must give a password; a random one is made.</summary>
    public bool RequirePassword { get; init; } = true;

    /// <summary>The password to require instead of a random one.</summary>
    public string? Password { get; init; }

    /// <summary>Whether it is a node for <see cref="RedisCluster"/>, which makes a cluster of several.</summary>
    public bool Cluster { get; init; }

    /// <summary>Whether every write goes to the append-only file, synced each second.</summary>
    public bool AppendOnly { get; init; } = true;

    /// <summary>Whether clients speak TLS; a self-signed certificate for localhost is made.</summary>
    public bool Tls { get; init; }

    /// <summary>The memory limit in Redis's notation.</summary>
    public string MaxMemory { get; init; } = "512mb";

    /// <summary>What happens at the memory limit.</summary>
    public string MaxMemoryPolicy { get; init; } = "noeviction";

    /// <summary>More lines of configuration, such as <c>hz 100</c>; they win over the ones above.</summary>
    public IReadOnlyList<string> ExtraConfiguration { get; init; } = [];
}
