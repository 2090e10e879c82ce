using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Resilience;

public sealed class ResilienceConfigurationTests
{
    [Theory]
    [InlineData("AttemptTimeout:Timeout=00:00:40", "Total request timeout resilience strategy must have a greater timeout than the attempt resilience strategy.")]
    [InlineData("AttemptTimeout:Timeout=00:00:20", "The sampling duration of circuit breaker strategy needs to be at least double of an attempt timeout")]
    [InlineData("Retry:MaxRetryAttempts=-1", "Retry.MaxRetryAttempts")]
    [InlineData("CircuitBreaker:FailureRatio=2", "CircuitBreaker.FailureRatio")]
    [InlineData("TotalRequestTimeout:Timeout=00:00:00", "TotalRequestTimeout.Timeout")]
    public async Task Options_ThatContradict_StopTheHost(string setting, string message)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHttpClient("api").AddStandardResilienceHandler(Section(setting));
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal("api-standard", exception.OptionsName);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_WithASettingThatDoesNotExist_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("api").AddStandardResilienceHandler(Section("Retry:MaxRetries=3"));
        await using var provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get("api-standard"));
        Assert.Throws<ArgumentException>(() => services.AddHttpClient("api").AddStandardResilienceHandler(new ConfigurationBuilder().Build().GetSection("none")));
    }

    [Fact]
    public async Task Section_Changes_ThePipelineFollows()
    {
        var configuration = new ConfigurationManager { ["Http:Retry:MaxRetryAttempts"] = "1", ["Http:Retry:Delay"] = "00:00:00" };
        using var stub = new StubHandler(HttpStatusCode.InternalServerError);
        var services = new ServiceCollection();
        services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => stub).AddStandardResilienceHandler(configuration.GetSection("Http"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        using var before = await client.GetAsync("http://api/");
        Assert.Equal(2, stub.Calls);
        configuration["Http:Retry:MaxRetryAttempts"] = "4";
        ((IConfigurationRoot)configuration).Reload();
        using var after = await client.GetAsync("http://api/");

        Assert.Equal(2 + 5, stub.Calls);
    }

    [Fact]
    public async Task ConfigureHttpClientDefaults_ThenRemoveAll_LeavesTheClientsOwnHandler()
    {
        using var stub = new StubHandler(HttpStatusCode.InternalServerError);
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.Zero));
        services.AddHttpClient("defaults").ConfigurePrimaryHttpMessageHandler(() => stub);
        services.AddHttpClient("own").ConfigurePrimaryHttpMessageHandler(() => stub).RemoveAllResilienceHandlers()
            .AddResilienceHandler("once", pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.Zero }));
        services.AddHttpClient("none").ConfigurePrimaryHttpMessageHandler(() => stub).RemoveAllResilienceHandlers();
        await using var provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();

        List<int> attempts = [];
        foreach (var name in new[] { "defaults", "own", "none" })
        {
            var before = stub.Calls;
            using var response = await clients.CreateClient(name).GetAsync("http://api/");
            attempts.Add(stub.Calls - before);
        }

        Assert.Equal([4, 2, 1], attempts);
        Assert.NotNull(provider.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get("-standard"));
    }

    [Fact]
    public async Task AddResilienceHandler_WithContext_KnowsNamesServicesAndOptions()
    {
        using var stub = new StubHandler(HttpStatusCode.InternalServerError);
        (string Builder, string Instance)? names = null;
        var disposed = false;
        var services = new ServiceCollection();
        services.Configure<HttpRetryStrategyOptions>("mine", options =>
        {
            options.MaxRetryAttempts = 2;
            options.Delay = TimeSpan.Zero;
        });
        services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => stub).AddResilienceHandler("custom", (pipeline, context) =>
        {
            names = (context.BuilderName, context.InstanceName);
            context.OnPipelineDisposed(() => disposed = true);
            context.EnableReloads<HttpRetryStrategyOptions>("mine");
            Assert.NotNull(context.ServiceProvider);
            pipeline.AddConcurrencyLimiter(10).AddRetry(context.GetOptions<HttpRetryStrategyOptions>("mine"));
        }).SelectPipelineBy(_ => request => request.RequestUri!.AbsolutePath);

        await using (var provider = services.BuildServiceProvider())
        {
            using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("api").GetAsync("http://api/instance");
        }

        Assert.Equal(("api-custom", "/instance"), names);
        Assert.Equal(3, stub.Calls);
        Assert.True(disposed);
    }

    [Fact]
    public async Task ResilienceContext_OnTheMessage_IsSeenByHandlersInsideAndGoneAfterwards()
    {
        var key = new ResiliencePropertyKey<string>("from-caller");
        List<string?> seen = [];
        using var stub = new StubHandler((call, request, _) =>
        {
            seen.Add(request.GetResilienceContext()?.Properties.GetValue(key, "none"));
            return Task.FromResult(new HttpResponseMessage(call == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        });
        using var handler = new ResilienceHandler(new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new HttpRetryStrategyOptions { Delay = TimeSpan.Zero }).Build()) { InnerHandler = stub };
        using var client = new HttpClient(handler);
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(key, "caller");
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://api/");
        request.SetResilienceContext(context);

        using var response = await client.SendAsync(request);
        using var plain = new HttpRequestMessage(HttpMethod.Get, "http://api/");
        using var second = await client.SendAsync(plain);

        Assert.Equal(["caller", "caller", "none"], seen);
        Assert.Same(context, request.GetResilienceContext());
        Assert.Null(plain.GetResilienceContext());
        ResilienceContextPool.Shared.Return(context);
    }

    [Fact]
    public async Task Meter_Polly_CountsEventsAndAttempts()
    {
        using var stub = new StubHandler(HttpStatusCode.InternalServerError, HttpStatusCode.OK);
        var services = new ServiceCollection();
        services.AddHttpClient("metered").ConfigurePrimaryHttpMessageHandler(() => stub)
            .AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.Zero);
        await using var provider = services.BuildServiceProvider();
        List<(string Instrument, string Event)> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Polly" && instrument.Meter.Scope == provider.GetRequiredService<IMeterFactory>())
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Record(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        listener.Start();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("metered").GetAsync("http://api/");

        Assert.Contains(("resilience.polly.strategy.events", "OnRetry"), seen);
        Assert.Equal(2, seen.Count(measurement => measurement == ("resilience.polly.strategy.attempt.duration", "ExecutionAttempt")));
        Assert.Single(seen, measurement => measurement.Instrument == "resilience.polly.pipeline.duration");

        void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var named = tags.ToArray().ToDictionary();
            Assert.Equal("metered-standard", named["pipeline.name"]);
            seen.Add((instrument.Name, (string)named["event.name"]!));
        }
    }

    private static IConfigurationSection Section(string setting)
    {
        var parts = setting.Split('=', 2);
        return new ConfigurationBuilder().AddInMemoryCollection([new($"Http:{parts[0]}", parts[1])]).Build().GetSection("Http");
    }
}
