using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Telemetry;

public sealed class HostingTests
{
    [Fact]
    public void AddOpenTelemetry_CalledTwice_StartsOnceAndFirst()
    {
        var services = new ServiceCollection();
        services.AddHostedService<OtherHostedService>();
        services.AddOpenTelemetry();
        services.AddOpenTelemetry();

        var hosted = services.Where(descriptor => descriptor.ServiceType == typeof(IHostedService)).ToList();
        Assert.Equal(2, hosted.Count);
        Assert.Same(hosted[0], services[0]);
        Assert.Equal(typeof(OtherHostedService), hosted[1].ImplementationType);
    }

    [Fact]
    public async Task AddOpenTelemetry_HostStarts_RecordsWhatOtherServicesDoWhileStarting()
    {
        var collector = new ActivityCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHostedService<OtherHostedService>();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(OtherHostedService.Source.Name).AddProcessor(collector));
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Single(collector.All, activity => activity.DisplayName == "starting");
        await host.StopAsync();
    }

    [Fact]
    public async Task Builder_AllSignals_ShareTheResource()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("shop", serviceInstanceId: "one"))
            .WithTracing().WithMetrics().WithLogging();
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Same(builder.Services, telemetry.Services);
        BaseProvider[] providers =
        [
            host.Services.GetRequiredService<TracerProvider>(),
            host.Services.GetRequiredService<MeterProvider>(),
            host.Services.GetRequiredService<LoggerProvider>(),
        ];
        Assert.All(providers, provider => Assert.Contains(new("service.name", "shop"), provider.GetResource().Attributes));
        await host.StopAsync();
    }

    [Fact]
    public async Task UseOtlpExporter_HostStops_HasSentTracesMetricsAndLogs()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        using var source = new ActivitySource($"otlp-{Guid.NewGuid():n}");
        using var meter = new Meter($"otlp-{Guid.NewGuid():n}");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddOpenTelemetry();
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(source.Name))
            .WithMetrics(metrics => metrics.AddMeter(meter.Name))
            .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, server.Address);

        using (var host = builder.Build())
        {
            await host.StartAsync();
            source.StartActivity("work")!.Dispose();
            meter.CreateCounter<int>("done").Add(1);
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("test").Log(LogLevel.Warning, default, "Something happened.", exception: null, (state, _) => state);
            await host.StopAsync();
        }

        Assert.Equal((1, 1, 1), (server.Hits("/v1/traces"), server.Hits("/v1/metrics"), server.Hits("/v1/logs")));
    }

    private sealed class OtherHostedService : IHostedService
    {
        public static readonly ActivitySource Source = new("other-hosted-service");

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Source.StartActivity("starting")?.Dispose();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
