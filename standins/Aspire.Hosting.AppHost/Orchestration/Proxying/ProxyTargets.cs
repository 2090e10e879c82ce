using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Proxying;

/// <summary>
/// Where an endpoint's connections go: the ports of the replicas that run, in turn. While there is none, or none answers, a
/// connection is held for as long as a restart takes; callers then see a slow answer and not a refusal.
/// </summary>
internal sealed class ProxyTargets(TimeProvider time)
{
    private static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private int[] _ports = [];
    private int _turn;
    private bool _isOpen = true;

    public void Add(int port)
    {
        lock (_gate)
        {
            _ports = [.. _ports, port];
        }
    }

    public void Remove(int port)
    {
        lock (_gate)
        {
            _ports = [.. _ports.Where(other => other != port)];
        }
    }

    /// <summary>Closed: the resource is stopped or has failed, nothing is worth waiting for.</summary>
    public void Open(bool isOpen) => Volatile.Write(ref _isOpen, isOpen);

    /// <summary>A connection to a replica, or null when none could be had in the time a connection is held.</summary>
    public async Task<Socket?> ConnectAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            var ports = Volatile.Read(ref _ports);
            var first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)Math.Max(ports.Length, 1));
            for (var i = 0; i < ports.Length; i++)
            {
                if (await TryConnectAsync(ports[(first + i) % ports.Length], cancellationToken).ConfigureAwait(false) is { } socket)
                {
                    return socket;
                }
            }

            if (!Volatile.Read(ref _isOpen) || time.GetElapsedTime(startedAt) > HoldTime)
            {
                return null;
            }

            await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Socket?> TryConnectAsync(int port, CancellationToken cancellationToken)
    {
        // Kestrel on "localhost" listens on both addresses, another server perhaps on one of them.
        foreach (var address in Loopback.Addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ConnectTime);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        return null;
    }
}
