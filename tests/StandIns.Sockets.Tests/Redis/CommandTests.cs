using System.Security.Cryptography;
using StackExchange.Redis;

namespace StandIns.Sockets.Tests.Redis;

public sealed class CommandTests(RedisFixture redis)
{
    private readonly string _prefix = RedisFixture.NewPrefix("sockets");

    private IDatabase Database => redis.GetDatabase();

    [Fact]
    public async Task String_SetThenGet_ReturnsValue()
    {
        await Database.StringSetAsync(_prefix + "s", "väl");
        Assert.Equal("väl", await Database.StringGetAsync(_prefix + "s"));
        Assert.True((await Database.StringGetAsync(_prefix + "absent")).IsNull);
    }

    [Fact]
    public async Task Hash_OfManyFields_ComesBackWhole()
    {
        var fields = Enumerable.Range(0, 10_000).Select(i => new HashEntry($"f{i}", i)).ToArray();
        await Database.HashSetAsync(_prefix + "h", fields);

        var all = await Database.HashGetAllAsync(_prefix + "h");

        Assert.Equal(fields.Length, all.Length);
        Assert.Equal(fields.Sum(field => (long)field.Value), all.Sum(field => (long)field.Value));
    }

    [Fact]
    public async Task Script_WithNestedReply_KeepsItsShape()
    {
        var reply = await Database.ScriptEvaluateAsync("return {1, {ARGV[1], {KEYS[1]}}, 'end'}", [_prefix + "k"], ["a"]);

        var outer = (RedisResult[])reply!;
        var inner = (RedisResult[])outer[1]!;
        Assert.Equal(1, (int)outer[0]);
        Assert.Equal("a", (string?)inner[0]);
        Assert.Equal(_prefix + "k", (string?)((RedisResult[])inner[1]!)[0]);
        Assert.Equal("end", (string?)outer[2]);
    }

    [Fact]
    public async Task Stream_ReadByGroup_DeliversAllEntriesInOrder()
    {
        RedisKey stream = _prefix + "x";
        await Database.StreamCreateConsumerGroupAsync(stream, "g", "0-0");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Database.StreamAddAsync(stream, "i", i)));

        var entries = await Database.StreamReadGroupAsync(stream, "g", "c", ">", count: 1000);

        Assert.Equal(Enumerable.Range(0, 500), entries.Select(entry => (int)entry["i"]));
        Assert.Equal(500, await Database.StreamAcknowledgeAsync(stream, "g", [.. entries.Select(entry => entry.Id)]));
    }

    [Fact]
    public async Task Publish_ToSubscriber_ArrivesInOrder()
    {
        var subscriber = redis.Multiplexer.GetSubscriber();
        var queue = await subscriber.SubscribeAsync(RedisChannel.Literal(_prefix + "c"));
        for (var i = 0; i < 200; i++)
        {
            await subscriber.PublishAsync(RedisChannel.Literal(_prefix + "c"), i, CommandFlags.FireAndForget);
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(i, (int)(await queue.ReadAsync(timeout.Token)).Message);
        }

        await queue.UnsubscribeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task LargeValue_SetThenGet_IsIdentical(int mebibytes)
    {
        var value = RandomNumberGenerator.GetBytes(mebibytes * 1024 * 1024);
        using var own = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",syncTimeout=60000,asyncTimeout=60000");
        var database = own.GetDatabase();

        await database.StringSetAsync(_prefix + mebibytes, value);
        byte[]? back = await database.StringGetAsync(_prefix + mebibytes);

        Assert.True(value.AsSpan().SequenceEqual(back));
        await database.KeyDeleteAsync(_prefix + mebibytes);
    }

    [Fact]
    public async Task ThousandCommandsAtOnce_EachGetsItsOwnReply()
    {
        var echoes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            await Database.StringSetAsync($"{_prefix}{i}", i);
            return (int)await Database.StringGetAsync($"{_prefix}{i}");
        }));

        Assert.Equal(Enumerable.Range(0, 1000), echoes);
    }

    [Fact]
    public async Task SynchronousCommands_FromManyThreads_EachGetTheirReply()
    {
        var tasks = Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                for (var j = 0; j < 200; j++)
                {
                    Assert.Equal(j, (int)Database.StringIncrement($"{_prefix}n{i}") - 1);
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(tasks);
    }
}
