using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>
/// One AUTH and one PING on a connection of its own. A client library would retry, queue and wrap what the server says; a newcomer
/// needs the server's own reason, and a starting application needs the answer in a millisecond.
/// </summary>
internal static class RedisProbe
{
    private const int MaxReplyLength = 512;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    /// <summary>Null when the server answers PONG, else why it does not.</summary>
    public static async Task<RedisProblem?> PingAsync(GivenRedis redis, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(redis.Host, redis.Port, limit.Token).ConfigureAwait(false);
            await using var stream = await OpenAsync(client, redis, limit.Token).ConfigureAwait(false);
            if (redis.Password is not null)
            {
                string[] command = redis.User is null ? ["AUTH", redis.Password] : ["AUTH", redis.User, redis.Password];
                var answer = await AskAsync(stream, command, limit.Token).ConfigureAwait(false);
                if (!answer.StartsWith('+') && !IsNeedless(answer))
                {
                    return RedisProblem.FromReply(redis.Address, answer);
                }
            }

            var pong = await AskAsync(stream, ["PING"], limit.Token).ConfigureAwait(false);
            return pong == "+PONG" ? null : RedisProblem.FromReply(redis.Address, pong);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RedisProblem($"Redis at {redis.Address} did not answer in {AnswerTime.TotalSeconds:0} s.", IsRefusal: false);
        }
        catch (AuthenticationException exception)
        {
            return new RedisProblem(
                $"Redis at {redis.Address} and this machine do not agree on TLS: {exception.Message}", IsRefusal: true);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return new RedisProblem($"Redis at {redis.Address} does not answer: {exception.Message}", IsRefusal: false);
        }
    }

    // A server without a password: clients carry on, and so does the probe.
    private static bool IsNeedless(string answer) => answer.Contains("without any password configured", StringComparison.OrdinalIgnoreCase);

    private static async Task<Stream> OpenAsync(TcpClient client, GivenRedis redis, CancellationToken cancellationToken)
    {
        if (!redis.UsesTls)
        {
            return client.GetStream();
        }

        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = redis.TlsHost }, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<string> AskAsync(Stream stream, string[] command, CancellationToken cancellationToken)
    {
        var request = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (var word in command)
        {
            request.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), cancellationToken).ConfigureAwait(false);
        var reply = new byte[MaxReplyLength];
        var length = 0;
        while (length < reply.Length)
        {
            var count = await stream.ReadAsync(reply.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("the connection was closed before the answer.");
            }

            length += count;
            if (reply.AsSpan(0, length).IndexOf("\r\n"u8) is >= 0 and var end)
            {
                return Encoding.UTF8.GetString(reply, 0, end);
            }
        }

        return Encoding.UTF8.GetString(reply, 0, length);
    }
}
