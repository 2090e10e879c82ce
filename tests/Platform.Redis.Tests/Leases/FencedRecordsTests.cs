using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Keys;
using Platform.Redis.Leases;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Leases;

public sealed class FencedRecordsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private TestHost _host = null!;
    private FencedRecords _records = null!;
    private RedisKey _record;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHost.StartAsync(
            redis.ConnectionString, options => options.KeyPrefix = RedisFixture.NewPrefix(),
            build: builder => builder.AddPlatformRedis("redis", TestKeys.Registry).AddLeases());
        _records = _host.Services.GetRequiredService<FencedRecords>();
        _record = _host.Keys.Key(TestKeys.Setting, "s");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Write_ByTheSameOrANewerHolder_IsCarriedOut()
    {
        Assert.True(await WriteAsync(5, "a"));
        Assert.True(await WriteAsync(5, "b"));
        Assert.True(await WriteAsync(6, "c"));
        Assert.Equal("c", (await _records.ReadAsync(_record, 6, Life, Cancellation))!["n"]);
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(_record))!.Value, Life / 2, Life);
    }

    [Fact]
    public async Task Write_AfterSomebodyNewerWrote_IsRefused()
    {
        Assert.True(await WriteAsync(6, "new"));
        Assert.False(await WriteAsync(5, "old"));
        Assert.Null(await _records.ReadAsync(_record, 5, Life, Cancellation));
        Assert.Equal("new", (await _records.ReadAsync(_record, 7, Life, Cancellation))!["n"]);
    }

    [Fact]
    public async Task Write_AfterSomebodyNewerOnlyRead_IsRefused()
    {
        Assert.Empty((await _records.ReadAsync(_record, 5, Life, Cancellation))!);
        Assert.Empty((await _records.ReadAsync(_record, 6, Life, Cancellation))!);
        Assert.False(await WriteAsync(5, "old"));
        Assert.True(await WriteAsync(6, "new"));
    }

    [Fact]
    public async Task Write_NumbersBeyond32Bits_AreCompared()
    {
        const long now = 1_763_683_200_000_000;
        Assert.True(await WriteAsync(now + 1, "a"));
        Assert.False(await WriteAsync(now, "b"));
        Assert.True(await WriteAsync(now + 2, "c"));
    }

    [Fact]
    public async Task Write_OfTheFieldFence_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _records.WriteAsync(_record, 1, [new("fence", 9)], Life, Cancellation));

    private Task<bool> WriteAsync(long fence, string value) => _records.WriteAsync(_record, fence, [new("n", value)], Life, Cancellation);
}
