using System.Net;
using System.Net.Sockets;

namespace Platform.TestKit.Tokens;

/// <summary>Listens where forged tokens say that their keys are. Nobody may ever come.</summary>
public sealed class KeyTrap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public KeyTrap() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>Whether somebody connected.</summary>
    public bool IsSprung => _listener.Pending();

    public void Dispose() => _listener.Dispose();
}
