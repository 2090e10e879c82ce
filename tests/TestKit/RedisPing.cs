using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Platform.TestKit;

/// <summary>Asks a server whether it is ready, with nothing but a socket.</summary>
internal static class RedisPing
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Whether the server accepts the password and answers a ping, rather than that it still loads its data.</summary>
    public static async Task<bool> AnswersAsync(
        int port, string? password, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, timeout.Token);
            await using var stream = await RedisWire.OpenAsync(client, certificate, timeout.Token);
            var request = (password is null ? "" : $"AUTH {password}\r\n") + "PING\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), timeout.Token);

            using var reader = new StreamReader(stream, Encoding.ASCII);
            var authenticated = password is null || await reader.ReadLineAsync(timeout.Token) == "+OK";
            return authenticated && await reader.ReadLineAsync(timeout.Token) == "+PONG";
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
