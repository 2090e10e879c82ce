using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Keys;

public sealed class KeyAuditTests : IAsyncLifetime
{
    private readonly Keyspace _keys = new(TestKeys.Registry);
    private RedisServer _server = null!;
    private StackExchange.Redis.ConnectionMultiplexer _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task FindViolations_KeysAsRegistered_FindsNone()
    {
        var redis = _connection.GetDatabase(2);
        await redis.StringSetAsync(_keys.Key(TestKeys.Item, "a"), 1, TimeSpan.FromHours(1));
        await redis.HashSetAsync(_keys.Key(TestKeys.Setting, "a", "b"), "f", 1);
        await redis.StringSetAsync(new Keyspace(TestKeys.Registry, "t1").Key(TestKeys.Item, "a"), 1, TimeSpan.FromMinutes(1));

        Assert.Empty(await AuditAsync(null));
    }

    [Fact]
    public async Task FindViolations_EachWrongKey_IsFoundInEveryDatabase()
    {
        await _connection.GetDatabase(0).StringSetAsync("stray", 1);
        await _connection.GetDatabase(0).StringSetAsync("test:item:v9:{a}", 1, TimeSpan.FromHours(1));
        await _connection.GetDatabase(1).StringSetAsync(_keys.Key(TestKeys.Item, "a"), 1);
        await _connection.GetDatabase(3).StringSetAsync(_keys.Key(TestKeys.Item, "b"), 1, TimeSpan.FromHours(2));
        await _connection.GetDatabase(3).HashSetAsync(_keys.Key(TestKeys.Item, "c"), "f", 1);

        var found = await AuditAsync(null);
        Assert.Equal(
            [
                (0, "stray", KeyViolationKind.Unregistered),
                (0, "test:item:v9:{a}", KeyViolationKind.Unregistered),
                (1, "test:item:v1:{a}", KeyViolationKind.NoTtl),
                (3, "test:item:v1:{b}", KeyViolationKind.TtlTooLong),
                (3, "test:item:v1:{c}", KeyViolationKind.OtherType),
            ],
            found.Select(violation => (violation.Database, violation.Key, violation.Kind)).Order());
    }

    [Fact]
    public async Task FindViolations_BehindAPrefix_LooksThereOnly()
    {
        await _connection.GetDatabase().StringSetAsync("stray", 1);
        await _connection.GetDatabase().StringSetAsync("t1:stray", 1);

        Assert.Equal("t1:stray", Assert.Single(await AuditAsync("t1")).Key);
    }

    private Task<IReadOnlyList<KeyViolation>> AuditAsync(string? keyPrefix) =>
        KeyAudit.FindViolationsAsync(_connection, [TestKeys.Registry], keyPrefix, CancellationToken.None);
}
