using System.Diagnostics;
using Platform.Redis.Scripting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Resilience;

public sealed class RedisStoreTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var prefix = RedisFixture.NewPrefix();
        _host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        await Eventually.TrueAsync(async () => await _host.PingAsync() > TimeSpan.Zero, TimeSpan.FromSeconds(5), "Redis answers");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Execute_SeveralCommands_ReturnsTheirResult()
    {
        var key = _host.Keys.Key(TestKeys.Item, "a");
        await _host.Store.ExecuteAsync("test.set", database => database.StringSetAsync(key, "x", TimeSpan.FromMinutes(1)), default);
        var value = await _host.Store.ExecuteAsync("test.get", key, static (database, key) => database.StringGetAsync(key), default);
        Assert.Equal("x", value);
    }

    [Theory]
    [InlineData("OOM command not allowed", RedisUnavailableReason.OutOfMemory)]
    [InlineData("MISCONF Errors writing to the AOF file", RedisUnavailableReason.PersistenceFailing)]
    [InlineData("READONLY You can't write against a read only replica.", RedisUnavailableReason.ReadOnly)]
    [InlineData("NOREPLICAS Not enough good replicas to write.", RedisUnavailableReason.ReadOnly)]
    [InlineData("NOPERM this user has no permissions", RedisUnavailableReason.NotPermitted)]
    [InlineData("LOADING Redis is loading the dataset in memory", RedisUnavailableReason.Loading)]
    [InlineData("MASTERDOWN Link with MASTER is down", RedisUnavailableReason.Loading)]
    [InlineData("BUSY Redis is busy running a script", RedisUnavailableReason.Busy)]
    [InlineData("NOAUTH Authentication required.", RedisUnavailableReason.AuthenticationFailed)]
    [InlineData("CLUSTERDOWN Hash slot not served", RedisUnavailableReason.ClusterDown)]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", RedisUnavailableReason.ClusterDown)]
    public async Task Execute_RefusedByTheServer_SaysWhy(string reply, RedisUnavailableReason reason)
    {
        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => ReplyAsync(reply));

        Assert.Equal(reason, refused.Reason);
        Assert.Equal("test.reply", refused.Operation);
        Assert.False(refused.OutcomeUnknown);
        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Execute_WritesRefusedManyTimes_LeavesTheBreakerClosed()
    {
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<RedisUnavailableException>(() => ReplyAsync("OOM command not allowed"));
        }

        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
    }

    [Fact]
    public async Task Execute_MistakeOfTheProgram_PropagatesAndLeavesTheBreakerClosed()
    {
        var key = _host.Keys.Key(TestKeys.Item, "wrong");
        await _host.Store.ExecuteAsync("test.set", database => database.StringSetAsync(key, "x", TimeSpan.FromMinutes(1)), default);
        for (var i = 0; i < 10; i++)
        {
            var mistake = await Assert.ThrowsAsync<RedisServerException>(() =>
                _host.Store.ExecuteAsync("test.wrong", database => database.ListLengthAsync(key), default));
            Assert.StartsWith("WRONGTYPE", mistake.Message, StringComparison.Ordinal);
        }

        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
    }

    [Fact]
    public async Task Execute_CommandThatNeverReplies_EndsWithinTheTimeoutOutcomeUnknown()
    {
        var start = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => _host.Store.ExecuteAsync(
            "test.never", static _ => new TaskCompletionSource<int>().Task, default));

        Assert.Equal(RedisUnavailableReason.TimedOut, refused.Reason);
        Assert.True(refused.OutcomeUnknown);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 450, 600);
    }

    [Fact]
    public async Task Execute_Cancelled_StopsWaitingAndCountsAsNoFailure()
    {
        for (var i = 0; i < 10; i++)
        {
            using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(5));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Store.ExecuteAsync(
                "test.never", static _ => new TaskCompletionSource<int>().Task, cancelled.Token));
        }

        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
    }

    [Fact]
    public async Task Execute_CancelledBefore_SendsNothing()
    {
        var sent = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Store.ExecuteAsync(
            "test.unsent", database => { sent = true; return database.PingAsync(); }, new CancellationToken(canceled: true)));
        Assert.False(sent);
    }

    [Fact]
    public async Task Evaluate_ServerForgotTheScripts_IsSentTheTextAgain()
    {
        var script = RedisScript.FromResource(typeof(RedisStoreTests).Assembly, "Increment.lua");
        var key = _host.Keys.Key(TestKeys.Item, "count");
        Assert.Equal(2, (int)await _host.Store.EvaluateAsync(script, [key], [2, 60_000], default));

        await redis.GetDatabase().ExecuteAsync("SCRIPT", "FLUSH");
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.Store.EvaluateAsync(script, [key], [1, 60_000], default)));

        Assert.Equal(Enumerable.Range(3, 20), results.Select(result => (int)result).Order());
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    public async Task Evaluate_OtherNumberOfKeysOrArguments_IsRefusedUnsent(int keys, int arguments)
    {
        var script = RedisScript.FromResource(typeof(RedisStoreTests).Assembly, "Increment.lua");
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Store.EvaluateAsync(
            script, [.. Enumerable.Repeat(_host.Keys.Key(TestKeys.Item, "a"), keys)], [.. Enumerable.Repeat((RedisValue)1, arguments)], default));
    }

    [Fact]
    public async Task Evaluate_KeysOfSeveralHashTags_AreRefusedUnsent()
    {
        var script = RedisScript.FromResource(typeof(RedisStoreTests).Assembly, "CountKeys.lua");
        RedisKey Key(string partition, string part) => _host.Keys.Key(TestKeys.Item, partition, part);

        Assert.Equal(0, (int)await _host.Store.EvaluateAsync(script, [Key("a", "1"), Key("a", "2"), Key("a", "3")], [], default));
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            _host.Store.EvaluateAsync(script, [Key("a", "1"), Key("a", "2"), Key("ab", "3")], [], default));
        Assert.Contains("key 3", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Store.EvaluateAsync(script, ["no-tag", "no-tag"], [], default));
    }

    [Fact]
    public async Task Evaluate_ErrorInTheScript_Propagates()
    {
        var script = RedisScript.FromResource(typeof(RedisStoreTests).Assembly, "Increment.lua");
        var mistake = await Assert.ThrowsAsync<RedisServerException>(() =>
            _host.Store.EvaluateAsync(script, [_host.Keys.Key(TestKeys.Item, "bad")], ["no number", 1000], default));
        Assert.Contains("not an integer", mistake.Message, StringComparison.Ordinal);
    }

    private Task<RedisResult> ReplyAsync(string reply) => _host.Store.ExecuteAsync(
        "test.reply", reply,
        static (database, reply) => database.ExecuteAsync("EVAL", "return redis.error_reply(ARGV[1])", 0, reply), default);
}
