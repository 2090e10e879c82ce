namespace Pipelines.Sockets.Unofficial;

/// <summary>How a connection first reached a closed state, as far as it can be told.</summary>
public enum PipeShutdownKind
{
    /// <summary>Still open.</summary>
    None = 0,

    /// <summary>The connection was disposed.</summary>
    PipeDisposed = 1,

    /// <summary>The peer closed its side.</summary>
    ReadEndOfStream = 100,

    /// <summary>The socket was disposed under a read.</summary>
    ReadDisposed = 101,

    /// <summary>A read failed in the stream.</summary>
    ReadIOException = 102,

    /// <summary>A read failed in another way.</summary>
    ReadException = 103,

    /// <summary>A read failed in the socket; <see cref="SocketConnection.SocketError"/> may say how.</summary>
    ReadSocketError = 104,

    /// <summary>Nobody reads the input any more.</summary>
    ReadFlushCompleted = 105,

    /// <summary>Handing over the input was cancelled.</summary>
    ReadFlushCanceled = 106,

    /// <summary>The output was completed and is sent.</summary>
    WriteEndOfStream = 200,

    /// <summary>The socket was disposed under a write.</summary>
    WriteDisposed = 201,

    /// <summary>A write failed in the stream.</summary>
    WriteIOException = 203,

    /// <summary>A write failed in another way.</summary>
    WriteException = 204,

    /// <summary>A write failed in the socket; <see cref="SocketConnection.SocketError"/> may say how.</summary>
    WriteSocketError = 205,

    /// <summary>The input's reader was completed.</summary>
    InputReaderCompleted = 300,

    /// <summary>The input's writer was completed.</summary>
    InputWriterCompleted = 301,

    /// <summary>The output's reader was completed.</summary>
    OutputReaderCompleted = 302,

    /// <summary>The output's writer was completed.</summary>
    OutputWriterCompleted = 303,

    /// <summary>The client ended the conversation by the rules of its protocol.</summary>
    ProtocolExitClient = 400,

    /// <summary>The server ended the conversation by the rules of its protocol.</summary>
    ProtocolExitServer = 401,
}
