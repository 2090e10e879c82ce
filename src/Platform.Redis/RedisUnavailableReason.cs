namespace Platform.Redis;

/// <summary>Why Redis did not do what it was asked.</summary>
public enum RedisUnavailableReason
{
    /// <summary>Too many operations failed in a row; this one was not sent.</summary>
    BreakerOpen,

    /// <summary>There is no connection, or it broke.</summary>
    ConnectionLost,

    /// <summary>No reply within <see cref="RedisOptions.OperationTimeout"/>.</summary>
    TimedOut,

    /// <summary>The server is loading its data (LOADING), or a replica without its primary (MASTERDOWN).</summary>
    Loading,

    /// <summary>A script keeps the server busy (BUSY).</summary>
    Busy,

    /// <summary>The credentials are missing or refused (NOAUTH, WRONGPASS).</summary>
    AuthenticationFailed,

    /// <summary>The user of the connection may not do this (NOPERM).</summary>
    NotPermitted,

    /// <summary>The memory limit is reached and nothing may be evicted (OOM).</summary>
    OutOfMemory,

    /// <summary>The server cannot write its data to disk and refuses writes (MISCONF).</summary>
    PersistenceFailing,

    /// <summary>The server takes no writes: a replica (READONLY), or a primary without enough replicas (NOREPLICAS).</summary>
    ReadOnly,

    /// <summary>The cluster does not serve this key now (CLUSTERDOWN, TRYAGAIN).</summary>
    ClusterDown,
}
