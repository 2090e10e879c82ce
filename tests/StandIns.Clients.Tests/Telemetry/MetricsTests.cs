using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task Instrumentation_OfAServiceThatIsCalled_ReportsServerClientAndRuntime()
    {
        var exporter = new NameExporter();
        await using var server = await LoopbackServer.StartAsync(
            builder => builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
                .AddReader(new BaseExportingMetricReader(exporter))),
            app => app.MapGet("/", () => "ok"));
        using var client = server.CreateClient();

        using var response = await client.GetAsync("/");
        // The server counts a request after the client has its answer.
        await Eventually.TrueAsync(
            () => server.Services.GetRequiredService<MeterProvider>().ForceFlush() && exporter.Names.Contains("http.server.request.duration"),
            TimeSpan.FromSeconds(10),
            "the server counts the request");
        Assert.Superset(
            new HashSet<string>
            {
                "http.server.request.duration", "http.server.active_requests", "kestrel.active_connections", "aspnetcore.routing.match_attempts",
                "http.client.request.duration", "http.client.open_connections",
                "dotnet.gc.collections", "dotnet.process.memory.working_set", "dotnet.thread_pool.thread.count",
            },
            exporter.Names);
    }

    private sealed class NameExporter : BaseExporter<Metric>
    {
        public HashSet<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Names.Add(metric.Name);
            }

            return ExportResult.Success;
        }
    }
}
