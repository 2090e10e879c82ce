using System.Net.Sockets;
using System.Text;

namespace Platform.Benchmarks.Masking.Service;

/// <summary>
/// A long text to <c>POST /v1/mask</c> over a connection of its own, sent and read at once: the framework's client reads no answer before it has
/// sent all, and the service sends before it has read all.
/// </summary>
internal static class TextStream
{
    private const int BufferLength = 64 * 1024;

    /// <param name="address">The service's.</param>
    /// <param name="token">The caller's.</param>
    /// <param name="text">Is sent as often as fills the length.</param>
    /// <param name="length">In bytes.</param>
    /// <returns>How many bytes came back, head and chunk sizes included.</returns>
    public static async Task<long> MaskAsync(Uri address, string token, byte[] text, long length)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        var sending = SendAsync(stream, address, token, text, length);
        var buffer = new byte[BufferLength];
        var head = "";
        var received = 0L;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; received += read)
        {
            head = received == 0 ? Encoding.ASCII.GetString(buffer, 0, read) : head;
        }

        await sending;
        return head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && received >= length / 2
            ? received
            : throw new InvalidOperationException($"{received} bytes came back: {head}");
    }

    private static async Task SendAsync(NetworkStream stream, Uri address, string token, byte[] text, long length)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/mask HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"));
        for (var left = length; left > 0; left -= text.Length)
        {
            await stream.WriteAsync(text.AsMemory(0, (int)Math.Min(left, text.Length)));
        }
    }
}
