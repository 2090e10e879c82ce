using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Benchmarks.SocketLayer;

/// <summary>StackExchange.Redis over the socket layer under test: one multiplexer.</summary>
internal sealed class LibraryClient : IClient
{
    private static readonly RedisKey Key = BenchmarkData.Key;
    private static readonly RedisKey[] Keys = [BenchmarkData.Counter];
    private static readonly RedisKey Stream = BenchmarkData.Stream;
    private static readonly RedisChannel Channel = RedisChannel.Literal("library");
    private static readonly RedisValue Field = "f";
    private static readonly RedisValue Value = BenchmarkData.Value;

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly byte[] _script;
    private TaskCompletionSource _heard = new();

    private LibraryClient(ConnectionMultiplexer multiplexer, byte[] script)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _script = script;
    }

    public string Name => "StackExchange.Redis";

    public static async Task<LibraryClient> ConnectAsync(RedisServer server)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await multiplexer.GetDatabase().StringSetAsync(Key, Value);
        var script = await multiplexer.GetServers()[0].ScriptLoadAsync(BenchmarkData.Script);
        var client = new LibraryClient(multiplexer, script);
        await multiplexer.GetSubscriber().SubscribeAsync(Channel, (_, _) => client._heard.TrySetResult());
        return client;
    }

    public Task GetAsync() => _database.StringGetAsync(Key);

    public Task EvaluateAsync() => _database.ScriptEvaluateAsync(_script, Keys);

    public Task AddToStreamAsync()
        => _database.StreamAddAsync(Stream, Field, Value, messageId: null, maxLength: 10_000, useApproximateMaxLength: true);

    public async Task PublishAndHearAsync()
    {
        var heard = _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _database.PublishAsync(Channel, Value, CommandFlags.FireAndForget);
        await heard.Task;
    }

    public ValueTask DisposeAsync() => _multiplexer.DisposeAsync();
}
