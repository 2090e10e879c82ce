using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.TestKit;

/// <summary>Every command that a server runs, those of scripts included, in its order and with its own time.</summary>
public sealed class RedisMonitor : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RedisServer _server;
    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private RedisMonitor(RedisServer server, TcpClient client, StreamReader reader) => (_server, _client, _reader) = (server, client, reader);

    /// <summary>Listens from now on.</summary>
    public static async Task<RedisMonitor> StartAsync(RedisServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        var stream = await RedisWire.OpenAsync(client, server.Certificate, CancellationToken.None);
        var monitor = new RedisMonitor(server, client, new StreamReader(stream, Encoding.Latin1));
        if (server.Password is { } password)
        {
            await monitor.SendAsync(stream, $"AUTH {password}");
        }

        await monitor.SendAsync(stream, "MONITOR");
        return monitor;
    }

    /// <summary>Lines such as <c>1763000000.123456 [0 lua] "SET" "key" "value"</c>, up to now.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var end = Guid.NewGuid().ToString("n");
        await _server.CommandAsync("ECHO", end);
        var lines = new List<string>();
        while (await _reader.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.Contains(end, StringComparison.Ordinal))
            {
                return lines;
            }

            lines.Add(line[1..]);
        }

        throw new EndOfStreamException("The server closed the connection.");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(Stream stream, string command)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        var reply = await _reader.ReadLineAsync();
        if (reply != "+OK")
        {
            throw new RedisReplyException(reply?.TrimStart('-') ?? "The server closed the connection.");
        }
    }
}
