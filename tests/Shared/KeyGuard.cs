using Platform.Redis.Keys;
using Platform.TestKit;

[assembly: AssemblyFixture(typeof(Shared.KeyGuard))]

namespace Shared;

/// <summary>
/// Compiled into the tests of every service. After all of them: no key on the shared server outside the service's registry, and none
/// without the expiry that its family declares.
/// </summary>
public sealed class KeyGuard : IAsyncLifetime
{
    private readonly RedisFixture _redis = new();

    public ValueTask InitializeAsync() => _redis.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        var violations = await KeyAudit.FindViolationsAsync(_redis.Multiplexer, [ServiceRegistry.Find()], null, CancellationToken.None);
        await _redis.DisposeAsync();
        Assert.Empty(violations);
    }
}
