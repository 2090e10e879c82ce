using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.RedisApp;
using Platform.TestKit;
using RedisLibrary;

[assembly: AssemblyFixture(typeof(KeyGuard))]

namespace Platform.Redis.Tests.Support;

/// <summary>After all tests: no key on the shared server outside the registry, and none without the expiry that its family declares.</summary>
public sealed class KeyGuard : IAsyncLifetime
{
    private readonly RedisFixture _redis = new();

    public ValueTask InitializeAsync() => _redis.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        var violations = await KeyAudit.FindViolationsAsync(_redis.Multiplexer, [TestKeys.Registry, AppKeys.Registry, ShopKeys.Registry], null, CancellationToken.None);
        await _redis.DisposeAsync();
        Assert.Empty(violations);
    }
}
