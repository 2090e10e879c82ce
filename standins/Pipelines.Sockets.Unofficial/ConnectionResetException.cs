namespace Pipelines.Sockets.Unofficial;

/// <summary>The peer reset the connection.</summary>
public class ConnectionResetException : IOException
{
    /// <summary>Creates the exception with a default message.</summary>
    public ConnectionResetException()
        : this("The connection was reset.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConnectionResetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ConnectionResetException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
