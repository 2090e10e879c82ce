using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Platform.TestKit;

/// <summary>One question to one server over a socket: a client would follow redirections and ask another node.</summary>
internal static class RedisWire
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The reply as text; the parts of an array are lines, and nothing is an empty line.</summary>
    /// <exception cref="RedisReplyException">The reply is an error.</exception>
    public static async Task<string> AskAsync(int port, string? password, X509Certificate2? certificate, string[] command)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, timeout.Token);
        await using var stream = await OpenAsync(client, certificate, timeout.Token);
        var request = (password is null ? "" : Array(["AUTH", password])) + Array(command);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), timeout.Token);

        // Latin 1: the lengths of bulk strings count bytes.
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (password is not null)
        {
            await ReadAsync(reader, timeout.Token);
        }

        return await ReadAsync(reader, timeout.Token);
    }

    internal static async Task<Stream> OpenAsync(TcpClient client, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        if (certificate is null)
        {
            return client.GetStream();
        }

        var stream = new SslStream(
            client.GetStream(),
            leaveInnerStreamOpen: false,
            (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        return stream;
    }

    private static string Array(string[] parts) => parts.Aggregate(
        string.Create(CultureInfo.InvariantCulture, $"*{parts.Length}\r\n"),
        (text, part) => text + string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n"));

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("The server closed the connection.");
        switch (line[0])
        {
            case '-':
                throw new RedisReplyException(line[1..]);
            case '$' when line == "$-1":
            case '*' when line == "*-1":
                return "";
            case '$':
                var bulk = new char[Number(line) + 2];
                await reader.ReadBlockAsync(bulk, cancellationToken);
                return new string(bulk, 0, bulk.Length - 2);
            case '*':
                var parts = new string[Number(line)];
                for (var i = 0; i < parts.Length; i++)
                {
                    parts[i] = await ReadAsync(reader, cancellationToken);
                }

                return string.Join('\n', parts);
            default:
                return line[1..];
        }
    }

    private static int Number(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
}
