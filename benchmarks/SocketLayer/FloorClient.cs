using System.Security.Cryptography;
using System.Text;
using Platform.TestKit;

namespace Platform.Benchmarks.SocketLayer;

/// <summary>The least that a pipelining client can do: commands encoded beforehand, replies skipped, not read.</summary>
internal sealed class FloorClient : IClient
{
    private static readonly byte[] Get = Encode("GET", BenchmarkData.Key);
    private static readonly byte[] Add = Encode(
        "XADD", BenchmarkData.Stream, "MAXLEN", "~", "10000", "*", "f", BenchmarkData.Value);
    private static readonly byte[] Publish = Encode("PUBLISH", "floor", BenchmarkData.Value);
    private static readonly byte[] Evaluate = Encode("EVALSHA", ScriptHash(), "1", BenchmarkData.Counter);

    private readonly FloorConnection _commands;
    private readonly FloorConnection _subscription;
    private TaskCompletionSource _heard = new();

    private FloorClient(FloorConnection commands, FloorConnection subscription)
    {
        _commands = commands;
        _subscription = subscription;
    }

    public string Name => "floor";

    public static async Task<FloorClient> ConnectAsync(RedisServer server)
    {
        var authenticate = Encode("AUTH", server.Password!);
        var commands = await FloorConnection.ConnectAsync(server.Port);
        await commands.SendAsync(authenticate);
        var subscription = await FloorConnection.ConnectAsync(server.Port);
        await subscription.SendAsync(authenticate);
        await subscription.SendAsync(Encode("SUBSCRIBE", "floor"));
        var client = new FloorClient(commands, subscription);
        subscription.OnUnexpected = () => client._heard.TrySetResult();
        return client;
    }

    public Task GetAsync() => _commands.SendAsync(Get);

    public Task EvaluateAsync() => _commands.SendAsync(Evaluate);

    public Task AddToStreamAsync() => _commands.SendAsync(Add);

    public async Task PublishAndHearAsync()
    {
        var heard = _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _commands.SendAsync(Publish);
        await heard.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _commands.DisposeAsync();
        await _subscription.DisposeAsync();
    }

    private static byte[] Encode(params string[] words)
    {
        var text = new StringBuilder($"*{words.Length}\r\n");
        foreach (var word in words)
        {
            text.Append($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

#pragma warning disable CA5350 // Redis names scripts by SHA-1.
    private static string ScriptHash()
        => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(BenchmarkData.Script)));
#pragma warning restore CA5350
}
