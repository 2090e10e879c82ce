using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Discovery;

public sealed class ServiceEndpointResolverTests
{
    [Theory]
    // The name of the endpoint is the scheme; the first section that exists decides.
    [InlineData("http://api", "http://one:1", "services:api:http:0=http://one:1", "services:api:https:0=https://two:2")]
    [InlineData("https+http://api", "https://two:2", "services:api:http:0=http://one:1", "services:api:https:0=https://two:2")]
    [InlineData("https+http://api", "http://one:1", "services:api:http:0=http://one:1")]
    [InlineData("http+https://api", "http://one:1", "services:api:http:0=http://one:1", "services:api:https:0=https://two:2")]
    [InlineData("https+http://api", "http://three:3", "services:api:default:0=http://three:3", "services:api:https:0=https://two:2")]
    // Of one section, only the most preferred scheme that it has.
    [InlineData("https+http://api", "https://b:2 https://c:3", "services:api:default:0=http://a:1", "services:api:default:1=https://b:2", "services:api:default:2=https://c:3")]
    [InlineData("http://api", "http://a:1", "services:api:default:0=http://a:1", "services:api:default:1=https://b:2")]
    // Without a scheme, an entry always fits.
    [InlineData("https+http://api", "host:5", "services:api:https:0=host:5")]
    [InlineData("https+http://api", "127.0.0.1:5", "services:api:https:0=127.0.0.1:5")]
    // Named endpoints.
    [InlineData("https+http://_admin.api", "http://admin:9", "services:api:admin:0=http://admin:9", "services:api:http:0=http://one:1")]
    // One value without an index, keys in any case.
    [InlineData("http://api", "http://single:7", "SERVICES:API:HTTP=http://single:7")]
    // Names with hyphens.
    [InlineData("http://api-gw", "http://gw:8", "services:api-gw:http:0=http://gw:8")]
    // No scheme asked for: the default section, all its entries.
    [InlineData("api", "http://a:1 https://b:2", "services:api:default:0=http://a:1", "services:api:default:1=https://b:2")]
    // Not configured: as written.
    [InlineData("http://example.org", "example.org:80")]
    [InlineData("http://example.org:8080", "example.org:8080")]
    [InlineData("https+http://unknown", "unknown")]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("https+http://api", "api", "services:api:other:0=http://other:1")]
    public async Task GetEndpointsAsync_ReadsConfiguration(string name, string expected, params string[] settings)
    {
        await using var services = BuildServices(settings);

        var source = await services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync(name, CancellationToken.None);

        Assert.Equal(expected, string.Join(' ', source.Endpoints.Select(endpoint => endpoint.ToString()!.TrimEnd('/'))));
    }

    [Theory]
    [InlineData("services:api:http:first=http://one:1", "The endpoint configuration section for service 'api' endpoint 'http' has non-numeric keys.")]
    [InlineData("services:api:http:0=http://", "The endpoint configuration section for service 'api' endpoint 'http' has an invalid value with key '0'.")]
    public async Task GetEndpointsAsync_BadConfiguration_SaysWhere(string setting, string message)
    {
        await using var services = BuildServices([setting]);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        var exception = await Assert.ThrowsAsync<KeyNotFoundException>(
            async () => await resolver.GetEndpointsAsync("http://api", CancellationToken.None));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public async Task GetEndpointsAsync_ConfigurationReloads_ReturnsWhatItNowSays()
    {
        var configuration = new ConfigurationManager { ["services:api:http:0"] = "http://old:1" };
        await using var services = BuildServices(configuration);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();
        var before = await resolver.GetEndpointsAsync("http://api", CancellationToken.None);

        configuration["services:api:http:0"] = "http://new:2";
        ((IConfigurationRoot)configuration).Reload();
        var after = await resolver.GetEndpointsAsync("http://api", CancellationToken.None);

        Assert.Equal("http://old:1/", before.Endpoints.Single().ToString());
        Assert.True(before.ChangeToken.HasChanged);
        Assert.Equal("http://new:2/", after.Endpoints.Single().ToString());
    }

    [Fact]
    public async Task GetEndpointsAsync_BadConfigurationIsMended_Recovers()
    {
        var configuration = new ConfigurationManager { ["services:api:http:x"] = "http://one:1" };
        await using var services = BuildServices(configuration);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await resolver.GetEndpointsAsync("http://api", CancellationToken.None));

        configuration["services:api:http:x"] = null;
        configuration["services:api:http"] = "http://one:1";

        Assert.Single((await resolver.GetEndpointsAsync("http://api", CancellationToken.None)).Endpoints);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("HTTP")]
    public async Task AllowedSchemes_SchemeThatIsNotAllowed_IsNotUsed(string allowed)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("services:api:http:0", "http://one:1"), new("services:api:https:0", "https://two:2")]).Build());
        services.AddServiceDiscovery(options =>
        {
            options.AllowAllSchemes = false;
            options.AllowedSchemes = [allowed];
        });
        await using var provider = services.BuildServiceProvider();

        var source = await provider.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync("https+http://api", CancellationToken.None);

        Assert.Equal("http://one:1/", source.Endpoints.Single().ToString());
    }

    [Fact]
    public async Task GetEndpointsAsync_ManyAskAtOnce_OneAsksTheProvider()
    {
        var provider = new SlowProvider();
        await using var services = BuildServices(provider, TimeProvider.System);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        var asked = Enumerable.Range(0, 50).Select(_ => resolver.GetEndpointsAsync("http://api", CancellationToken.None).AsTask()).ToArray();
        using var impatient = new CancellationTokenSource();
        var abandoned = resolver.GetEndpointsAsync("http://api", impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        provider.Release();
        await Task.WhenAll(asked);

        Assert.Equal(1, provider.Calls);
    }

    [Fact]
    public async Task GetEndpointsAsync_ProviderThatTellsNothing_IsAskedAgainAfterTheRefreshPeriod()
    {
        var clock = new ManualTimeProvider();
        var provider = new SlowProvider();
        provider.Release();
        await using var services = BuildServices(provider, clock);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        await resolver.GetEndpointsAsync("http://api", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(9));
        await resolver.GetEndpointsAsync("http://api", CancellationToken.None);
        Assert.Equal(1, provider.Calls);

        for (var seconds = 9; seconds < 70; seconds += 9)
        {
            clock.Advance(TimeSpan.FromSeconds(9));
            await resolver.GetEndpointsAsync("http://api", CancellationToken.None);
        }

        Assert.Equal(2, provider.Calls);
    }

    [Fact]
    public async Task Watchers_OfNamesThatNobodyUses_AreLetGo()
    {
        var clock = new ManualTimeProvider();
        await using var services = BuildServices([], clock);
        await using var cache = new WatcherCache(services.GetRequiredService<ServiceEndpointWatcherFactory>(), clock);

        for (var host = 0; host < 1_000; host++)
        {
            cache.Get($"http://host-{host}");
        }

        clock.Advance(TimeSpan.FromSeconds(9));
        var used = cache.Get("http://host-1");
        await used.GetEndpointsAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(1, cache.Count);
        Assert.Same(used, cache.Get("http://host-1"));
    }

    [Fact]
    public async Task AddServiceDiscoveryCore_WithoutProviders_SaysSo()
    {
        await using var services = new ServiceCollection().AddServiceDiscoveryCore().BuildServiceProvider();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync("http://api", CancellationToken.None));

        Assert.Equal("No service endpoint providers are configured.", exception.Message);
    }

    [Fact]
    public async Task RefreshPeriod_Zero_IsRefused()
    {
        await using var services = new ServiceCollection().AddServiceDiscovery(options => options.RefreshPeriod = TimeSpan.Zero).BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ServiceDiscoveryOptions>>().Value);
    }

    private static ServiceProvider BuildServices(string[] settings, TimeProvider? clock = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], (string?)parts[1])))
            .Build();
        return BuildServices(configuration, clock);
    }

    private static ServiceProvider BuildServices(IConfiguration configuration, TimeProvider? clock = null)
        => new ServiceCollection().AddSingleton(configuration).AddSingleton(clock ?? TimeProvider.System).AddServiceDiscovery().BuildServiceProvider();

    private static ServiceProvider BuildServices(SlowProvider provider, TimeProvider clock)
        => new ServiceCollection().AddSingleton(clock).AddSingleton<IServiceEndpointProviderFactory>(provider).AddServiceDiscoveryCore().BuildServiceProvider();

    private sealed class SlowProvider : IServiceEndpointProviderFactory, IServiceEndpointProvider
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public int Calls => _calls;

        public void Release() => _released.SetResult();

        public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
        {
            provider = this;
            return true;
        }

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            await _released.Task;
            Assert.True(ServiceEndpoint.TryParse("http://one:1", out var endpoint));
            endpoints.Endpoints.Add(endpoint);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
