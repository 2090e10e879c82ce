namespace Pipelines.Sockets.Unofficial;

/// <summary>Influences the behaviour of a <see cref="SocketConnection"/>.</summary>
[Flags]
public enum SocketConnectionOptions
{
    /// <summary>The default.</summary>
    None = 0,

    /// <summary>Readers continue on the thread that completed the socket's receive. Here they always do.</summary>
    InlineReads = 1 << 1,

    /// <summary>A flush on an idle output always sends on the flushing thread.</summary>
    InlineWrites = 1 << 2,
}
