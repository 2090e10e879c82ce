namespace Platform.Redis;

/// <summary>What keeps the keys of one service apart from those of the others.</summary>
public enum RedisIsolation
{
    /// <summary>A logical database for each service, and its key prefix.</summary>
    Database,

    /// <summary>The key prefix alone, in database 0: for Redis Cluster, which has no other.</summary>
    Prefix,
}
