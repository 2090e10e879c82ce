using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Platform.Benchmarks.SocketLayer;

/// <summary>
/// One socket. The first command after a send queues the next one on the thread pool, and what comes meanwhile goes with it. One loop receives and
/// completes the waiting callers in order; they continue on the thread pool, as with any client that must not run its
/// callers' code on its reader.
/// </summary>
internal sealed class FloorConnection : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Queue<TaskCompletionSource> _waiting = new(1024);
    private readonly Lock _gate = new();
    private byte[] _filling = new byte[256 * 1024];
    private byte[] _sending = new byte[256 * 1024];
    private int _filled;
    private bool _busy;
    private Task _receiving = Task.CompletedTask;

    /// <summary>What happens on a reply that nobody asked for: a published message.</summary>
    public Action? OnUnexpected { get; set; }

    public static async Task<FloorConnection> ConnectAsync(int port)
    {
        var connection = new FloorConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        connection._receiving = connection.ReceiveAsync();
        return connection;
    }

    public Task SendAsync(byte[] command)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            command.CopyTo(_filling.AsSpan(_filled));
            _filled += command.Length;
            _waiting.Enqueue(waiter);
            if (_busy)
            {
                return waiter.Task;
            }

            _busy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.FlushAsync(), this, preferLocal: false);
        return waiter.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _receiving;
    }

    private async Task FlushAsync()
    {
        while (true)
        {
            int length;
            lock (_gate)
            {
                length = _filled;
                if (length == 0)
                {
                    _busy = false;
                    return;
                }

                (_filling, _sending) = (_sending, _filling);
                _filled = 0;
            }

            await _socket.SendAsync(_sending.AsMemory(0, length));
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(filled));
                if (received == 0)
                {
                    return;
                }

                filled += received;
                var used = 0;
                while (TrySkipReply(buffer.AsSpan(used, filled - used), out var length))
                {
                    used += length;
                    Complete();
                }

                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }
        }
        catch (SocketException)
        {
            // The benchmark is over and the socket disposed.
        }
    }

    private void Complete()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _waiting.TryDequeue(out waiter);
        }

        if (waiter is null)
        {
            OnUnexpected?.Invoke();
        }
        else
        {
            waiter.SetResult();
        }
    }

    private static bool TrySkipReply(ReadOnlySpan<byte> buffer, out int length)
    {
        length = 0;
        var end = buffer.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        length = end + 1;
        if (buffer[0] is not ((byte)'$' or (byte)'*'))
        {
            return buffer[0] != (byte)'-' ? true : throw new InvalidOperationException("Redis refused a command.");
        }

        if (!Utf8Parser.TryParse(buffer[1..end], out int count, out _))
        {
            throw new InvalidDataException("A length is not a number.");
        }

        if (buffer[0] == (byte)'$')
        {
            length += count < 0 ? 0 : count + 2;
            return length <= buffer.Length;
        }

        for (; count > 0; count--)
        {
            if (!TrySkipReply(buffer[length..], out var inner))
            {
                return false;
            }

            length += inner;
        }

        return true;
    }
}
