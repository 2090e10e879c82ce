using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.TestKit;

/// <summary>A mail server (RFC 5321) on a loopback port, as far as a sender needs one, that refuses what a test wants refused.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<ReceivedMail> _mails = new();
    private readonly ConcurrentQueue<ReceivedMail> _seen = new();
    private readonly Task _accepting;

    private SmtpServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What was accepted.</summary>
    public IReadOnlyCollection<ReceivedMail> Mails => _mails;

    /// <summary>What was sent, whether it was accepted or not.</summary>
    public IReadOnlyCollection<ReceivedMail> Seen => _seen;

    /// <summary>Answers a receiver with a refusal such as <c>550 no such user</c>; null accepts.</summary>
    public Func<string, string?> OnRecipient { get; set; } = _ => null;

    /// <summary>Answers a whole e-mail with a refusal; null accepts. May take its time.</summary>
    public Func<ReceivedMail, Task<string?>> OnMail { get; set; } = _ => Task.FromResult<string?>(null);

    /// <param name="port">0 for any that is free.</param>
    public static SmtpServer Start(int port = 0) => new(port);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            _ = Task.Run(() => TalkAsync(client));
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
                await ConverseAsync(reader, writer);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The other end is gone, as some tests want it.
            }
        }
    }

    private async Task ConverseAsync(StreamReader reader, StreamWriter writer)
    {
        var to = "";
        await writer.WriteLineAsync("220 smtp.test ready");
        while (await reader.ReadLineAsync(_stopping.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO" or "HELO":
                    await writer.WriteLineAsync("250-smtp.test\r\n250-8BITMIME\r\n250 SMTPUTF8");
                    break;
                case "RCPT":
                    to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                    await writer.WriteLineAsync(OnRecipient(to) ?? "250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var mail = new ReceivedMail(to, await ReadDataAsync(reader));
                    _seen.Enqueue(mail);
                    var refusal = await OnMail(mail).WaitAsync(_stopping.Token);
                    if (refusal is null)
                    {
                        _mails.Enqueue(mail);
                    }

                    await writer.WriteLineAsync(refusal ?? "250 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<string> ReadDataAsync(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(_stopping.Token) is { } line && line != ".")
        {
            data.Append(line.StartsWith('.') ? line.AsSpan(1) : line).Append("\r\n");
        }

        return data.ToString();
    }
}

/// <summary>An e-mail as it came over the wire.</summary>
public sealed record ReceivedMail(string To, string Data)
{
    /// <summary>A header's value; empty when there is none.</summary>
    public string Header(string name) => Data.Split("\r\n").TakeWhile(line => line.Length > 0)
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";

    /// <summary>What follows the headers.</summary>
    public string Body => Data[(Data.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
