using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Proxying;

/// <summary>The public side of an endpoint: one port on the loopback addresses, whatever happens to the replicas behind it.</summary>
internal sealed class EndpointProxy : IAsyncDisposable
{
    private const int Backlog = 512;
    private const int RandomPortAttempts = 50;

    private readonly TimeProvider _time;
    private readonly IReadOnlyList<Socket> _listeners;
    private readonly bool _isRandom;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Task _accepting;

    private EndpointProxy(int port, bool isRandom, IReadOnlyList<Socket> listeners, TimeProvider time)
    {
        Port = port;
        _isRandom = isRandom;
        _listeners = listeners;
        _time = time;
        Targets = new ProxyTargets(time);
        _accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    public int Port { get; }

    public ProxyTargets Targets { get; }

    /// <exception cref="PortTakenException">Somebody else listens on the port.</exception>
    public static EndpointProxy Listen(int? port, TimeProvider time)
    {
        if (port is { } wanted)
        {
            return new EndpointProxy(wanted, isRandom: false, Bind(wanted), time);
        }

        for (var attempt = 1; ; attempt++)
        {
            var free = PortAllocator.Take();
            try
            {
                return new EndpointProxy(free, isRandom: true, Bind(free), time);
            }
            catch (PortTakenException) when (attempt < RandomPortAttempts)
            {
                PortAllocator.Return(free);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_connections.Keys).ConfigureAwait(false);
        if (_isRandom)
        {
            PortAllocator.Return(Port);
        }

        _stop.Dispose();
    }

    private static List<Socket> Bind(int port)
    {
        var listeners = new List<Socket>();
        foreach (var address in Loopback.Addresses)
        {
            Socket? listener = null;
            try
            {
                listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(new IPEndPoint(address, port));
                listener.Listen(Backlog);
                listeners.Add(listener);
            }
            catch (SocketException exception)
            {
                listener?.Dispose();
                if (Loopback.IsMissing(exception) && (listeners.Count > 0 || address.AddressFamily == AddressFamily.InterNetwork))
                {
                    continue;
                }

                listeners.ForEach(other => other.Dispose());
                throw new PortTakenException(port, exception);
            }
        }

        return listeners;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Track(ServeAsync(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One caller gave up before it was accepted, or descriptors ran out for a moment: the listener itself is sound.
                await Task.Delay(TimeSpan.FromMilliseconds(10), _time).ConfigureAwait(false);
            }
        }
    }

    private void Track(Task connection)
    {
        _connections.TryAdd(connection, 0);
        connection.ContinueWith(
            static (done, state) => ((ConcurrentDictionary<Task, byte>)state!).TryRemove(done, out _),
            _connections, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var server = await Targets.ConnectAsync(_stop.Token).ConfigureAwait(false);
                if (server is not null)
                {
                    await ProxyConnection.RunAsync(client, server, _time, _stop.Token).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The application stops, or the caller is gone already.
            }
        }
    }
}
