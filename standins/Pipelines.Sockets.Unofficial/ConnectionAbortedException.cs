namespace Pipelines.Sockets.Unofficial;

/// <summary>The connection was given up on this side.</summary>
public class ConnectionAbortedException : OperationCanceledException
{
    /// <summary>Creates the exception with a default message.</summary>
    public ConnectionAbortedException()
        : this("The connection was aborted.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConnectionAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ConnectionAbortedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
