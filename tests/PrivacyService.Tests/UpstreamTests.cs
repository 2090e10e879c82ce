using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.Tests.Gateway;

namespace PrivacyService.Tests;

/// <summary>What tests need that call the service and through it an upstream: both, and a person.</summary>
/// <param name="shared">The Redis of all tests; null for one that may be harmed.</param>
public abstract class UpstreamTests(RedisFixture? shared = null) : IAsyncLifetime
{
    private RedisServer? _own;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The id of a person.</summary>
    protected string Ada { get; } = PlatformId.New("usr");

    /// <summary>That of all tests.</summary>
    protected RedisFixture Redis => shared!;

    /// <summary>The one that may be harmed.</summary>
    protected RedisServer Server => _own!;

    private protected FakeUpstream Upstream { get; private set; } = null!;

    private protected PrivacyApplication Privacy { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _own = shared is null ? await RedisServer.StartAsync(cancellationToken: Stop) : null;
        Upstream = await FakeUpstream.StartAsync();
        Privacy = Application(_own?.ConnectionString ?? shared!.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Privacy.DisposeAsync();
        await Upstream.DisposeAsync();
        if (shared is not null)
        {
            await shared.GetDatabase().KeyDeleteAsync([.. RedisFixture.Keys(shared.Multiplexer, Privacy.KeyPrefix)]);
        }
        else
        {
            await _own!.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The service, or one more of it, with the settings of these tests.</summary>
    private protected PrivacyApplication Application(string connectionString) =>
        new(connectionString, [("Privacy:Gateway:Upstreams:model:Address", Upstream.Address), .. Settings(Upstream.Address)]);

    /// <summary>Further settings.</summary>
    /// <param name="address">Of the upstream.</param>
    private protected virtual IEnumerable<(string Name, string Value)> Settings(string address) => [];
}
