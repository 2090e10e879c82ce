using System.Buffers;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Proxying;

/// <summary>
/// Carries bytes both ways until both sides are done. A side that has finished sending is passed on as just that, so streams and
/// uploads end as they ended; a broken side is passed on as broken, so nobody takes half an answer for a whole one.
/// </summary>
internal static class ProxyConnection
{
    private const int BufferSize = 64 * 1024;

    // A server that has finished sending has nothing more to say; its client gets this long to notice.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Socket client, Socket server, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var upstream = PumpAsync(client, server, stop.Token);
        var downstream = PumpAsync(server, client, stop.Token);

        var isWhole = await (await Task.WhenAny(upstream, downstream).ConfigureAwait(false)).ConfigureAwait(false);
        if (isWhole && !upstream.IsCompleted)
        {
            using var farewell = new CancellationTokenSource(FarewellTime, time);
            await using var _ = farewell.Token.Register(static state => ((CancellationTokenSource)state!).Cancel(), stop);
            isWhole = await upstream.ConfigureAwait(false);
        }
        else if (isWhole)
        {
            isWhole = await downstream.ConfigureAwait(false);
        }

        if (!isWhole)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            Reset(client);
            Reset(server);
            await Task.WhenAll(upstream, downstream).ConfigureAwait(false);
        }
    }

    /// <summary>True when everything up to the sender's orderly end was passed on.</summary>
    private static async Task<bool> PumpAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                // Waiting takes no buffer: thousands of idle streams cost nothing but their sockets.
                await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                int count;
                do
                {
                    count = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
                    for (var sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken).ConfigureAwait(false);
                    }
                }
                while (count > 0 && from.Available > 0);

                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Reset by the other side already.
        }

        socket.Dispose();
    }
}
