using System.Net.Sockets;
using System.Text;

namespace Platform.TestKit;

/// <summary>One HTTP request byte for byte: HTTP clients refuse to send what a server must be able to refuse.</summary>
public static class RawRequest
{
    /// <summary>The head and body of the answer; empty where the server hung up without one.</summary>
    public static async Task<string> GetAsync(Uri server, string path, IEnumerable<string> authorization, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        var stream = client.GetStream();
        var head = new StringBuilder($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n");
        foreach (var value in authorization)
        {
            head.Append("Authorization: ").Append(value).Append("\r\n");
        }

        var text = head.Append("\r\n").ToString();
        try
        {
            await stream.WriteAsync((text.Any(letter => letter > 0xFF) ? Encoding.UTF8 : Encoding.Latin1).GetBytes(text), cancellationToken);
        }
        catch (IOException)
        {
            // The server has heard enough; its answer is there to be read.
        }

        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancellationToken);
        }
        catch (IOException)
        {
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
