using System.Net.Sockets;
using System.Text;
using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests.Masking;

/// <summary>A text that is masked as it arrives, in a process of its own whose memory can be told from that of tests.</summary>
public sealed class LongTextTests(RedisFixture redis) : IAsyncLifetime
{
    private const int Blocks = 64;

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _privacy.DisposeAsync();
        await redis.GetDatabase().KeyDeleteAsync([.. RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix)]);
    }

    [Fact]
    public async Task Mask_TextOf64MiB_TakesLessMemoryThanTheTextIsLong()
    {
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1024).Select(i => $"person{i}@example.com ".PadRight(1023, '.') + "\n")));
        await using var process = await PrivacyProcess.StartAsync(_privacy);
        await SendAsync(process, block, 4, null);
        var before = RunningProcess.ResidentBytes(process.ProcessId);
        var most = before;

        var masked = await SendAsync(process, block, Blocks, () => most = Math.Max(most, RunningProcess.ResidentBytes(process.ProcessId)));

        Assert.Equal(Blocks * 1024L, masked);
        Assert.InRange(most - before, long.MinValue, Blocks * (long)block.Length);
    }

    /// <summary>Sends and receives at the same time, as whoever streams must.</summary>
    /// <returns>How many masks came back.</returns>
    private async Task<long> SendAsync(PrivacyProcess process, byte[] block, int times, Action? look)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(process.Address.Host, process.Address.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/mask HTTP/1.0\r\nHost: privacy\r\nContent-Type: text/plain\r\nContent-Length: {(long)times * block.Length}\r\n"
                + $"Authorization: Bearer {_privacy.Issuer.UserToken(PlatformId.New("usr"))}\r\n\r\n"),
            Stop);
        var sending = SendAsync();
        var masks = 0L;
        using var answer = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync(Stop));
        while (await answer.ReadLineAsync(Stop) is { } line)
        {
            Assert.DoesNotContain("@example.com", line, StringComparison.Ordinal);
            masks += line.Contains("PII_EMAIL_", StringComparison.Ordinal) ? 1 : 0;
        }

        await sending;
        return masks;

        async Task SendAsync()
        {
            for (var i = 0; i < times; i++)
            {
                await stream.WriteAsync(block, Stop);
                look?.Invoke();
            }
        }
    }
}
