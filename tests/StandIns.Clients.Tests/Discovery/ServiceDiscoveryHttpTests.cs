using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery.Http;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Discovery;

public sealed class ServiceDiscoveryHttpTests
{
    [Fact]
    public async Task Requests_SeveralInstances_GoRoundFromTheSecond()
    {
        await using var servers = await ServerGroup.StartAsync(3);
        await using var services = BuildServices(servers.Configuration);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        List<string> answers = [];
        for (var request = 0; request < 6; request++)
        {
            answers.Add(await client.GetStringAsync("https+http://api/who"));
        }

        Assert.Equal(["1", "2", "0", "1", "2", "0"], answers);
    }

    [Fact]
    public async Task Requests_InParallel_AreSharedEvenly()
    {
        await using var servers = await ServerGroup.StartAsync(3);
        await using var services = BuildServices(servers.Configuration);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        var answers = await Task.WhenAll(Enumerable.Range(0, 90).Select(_ => client.GetStringAsync("https+http://api/who")));

        Assert.All(answers.CountBy(answer => answer), count => Assert.Equal(30, count.Value));
    }

    [Fact]
    public async Task Request_Sent_HasItsOwnAddressAgain()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget));
        await using var services = BuildServicesFrom(new() { ["services:api:http:0"] = $"{server.Address}base/" });
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");
        using var request = new HttpRequestMessage(HttpMethod.Get, "https+http://api/a%2Fb/%20?c=d%20e");

        using var response = await client.SendAsync(request);

        Assert.Equal("/base/a%2Fb/%20?c=d%20e", await response.Content.ReadAsStringAsync());
        Assert.Equal("https+http://api/a%2Fb/%20?c=d%20e", request.RequestUri!.OriginalString);
        Assert.Null(request.Headers.Host);
    }

    [Fact]
    public async Task Request_OfAHostThatNoConfigurationKnows_GoesThere()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("here"));
        await using var services = BuildServicesFrom([]);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        Assert.Equal("here", await client.GetStringAsync(server.Address));
        Assert.Equal("here", await client.GetStringAsync($"http://localhost:{server.Address.Port}/"));
    }

    [Fact]
    public async Task Request_OfAServiceThatNobodyKnows_FailsInNameResolution()
    {
        await using var services = BuildServicesFrom([]);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://no-such-service.invalid/"));

        Assert.Equal(HttpRequestError.NameResolutionError, exception.HttpRequestError);
    }

    [Theory]
    [InlineData("https+http://api/x", "api:443", "https")]
    [InlineData("http+https://api/x", "api:80", "http")]
    [InlineData("https+http://api:8443/x", "api:8443", "https")]
    [InlineData("http://api:81/x", "api:81", "http")]
    public async Task Request_PassedThrough_TakesTheFirstScheme(string address, string authority, string scheme)
    {
        Uri? seen = null;
        var services = new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddServiceDiscovery();
        services.AddHttpClient("client").AddServiceDiscovery().ConfigurePrimaryHttpMessageHandler(() => new StubHandler((_, request, _) =>
        {
            seen = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage());
        }));
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("client").GetAsync(address);

        Assert.Equal((authority, scheme), ($"{seen!.Host}:{seen.Port}", seen.Scheme));
    }

    [Fact]
    public async Task Configuration_Reloads_RequestsFollow()
    {
        await using var old = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("old"));
        await using var young = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("new"));
        var configuration = new ConfigurationManager { ["services:api:http:0"] = old.Address.ToString() };
        await using var services = BuildServices(configuration);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        Assert.Equal("old", await client.GetStringAsync("https+http://api/"));
        configuration["services:api:http:0"] = young.Address.ToString();
        ((IConfigurationRoot)configuration).Reload();
        Assert.Equal("new", await client.GetStringAsync("https+http://api/"));
    }

    [Fact]
    public async Task Retry_OutsideOfDiscovery_FindsAnotherInstance()
    {
        await using var servers = await ServerGroup.StartAsync(2, failing: 1);
        var services = new ServiceCollection().AddSingleton(servers.Configuration).AddServiceDiscovery();
        services.AddHttpClient("client").AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.Zero);
        services.AddHttpClient("client").AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("client");

        using var response = await client.GetAsync("https+http://api/who");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HostNameMetadata_Applied_SendsTheServiceNameAsHost()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(context.Request.Host.Value!));
        var services = new ServiceCollection().AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection([new("services:api:http:0", server.Address.ToString())]).Build());
        services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider(options => options.ShouldApplyHostNameMetadata = _ => true);
        services.AddHttpClient("client").AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("api", await provider.GetRequiredService<IHttpClientFactory>().CreateClient("client").GetStringAsync("http://api/"));
    }

    [Fact]
    public async Task HandlerFactory_WithoutClientFactory_Resolves()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("here"));
        await using var services = BuildServicesFrom(new() { ["services:api:http:0"] = server.Address.ToString() });
        using var handler = services.GetRequiredService<IServiceDiscoveryHttpMessageHandlerFactory>().CreateHandler(new SocketsHttpHandler());
        using var client = new HttpClient(handler);

        Assert.Equal("here", await client.GetStringAsync("http://api/"));
    }

    private static ServiceProvider BuildServicesFrom(Dictionary<string, string?> settings)
        => BuildServices(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    private static ServiceProvider BuildServices(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration).AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        services.AddHttpClient("client");
        return services.BuildServiceProvider();
    }

    private sealed class ServerGroup : IAsyncDisposable
    {
        private readonly List<LoopbackServer> _servers = [];

        public IConfiguration Configuration => new ConfigurationBuilder()
            .AddInMemoryCollection(_servers.Select((server, index) => KeyValuePair.Create($"services:api:http:{index}", (string?)server.Address.ToString())))
            .Build();

        public static async Task<ServerGroup> StartAsync(int count, int failing = -1)
        {
            var group = new ServerGroup();
            for (var index = 0; index < count; index++)
            {
                var name = index;
                group._servers.Add(await LoopbackServer.StartAsync(context =>
                {
                    context.Response.StatusCode = name == failing ? 503 : 200;
                    return context.Response.WriteAsync(name.ToString());
                }));
            }

            return group;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var server in _servers)
            {
                await server.DisposeAsync();
            }
        }
    }
}
