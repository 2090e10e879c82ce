using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Http.Resilience;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Trace;
using Polly;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Telemetry;

public sealed class HttpClientTracingTests : IDisposable
{
    private readonly ActivityCollector _collector = new();
    private readonly ActivitySource _source = new($"http-client-{Guid.NewGuid():n}");

    public void Dispose()
    {
        _source.Dispose();
        _collector.Dispose();
    }

    [Fact]
    public async Task Request_BecomesAChildAndCarriesTheTrace()
    {
        string? traceparent = null;
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            traceparent = context.Request.Headers.TraceParent;
            return context.Response.WriteAsync("ok");
        });
        using var provider = Build();
        using var client = server.CreateClient();

        var (trace, activity) = await RunAsync(() => client.GetAsync("/path?token=secret"));

        Assert.Equal("GET", activity.DisplayName);
        Assert.Equal("GET", activity.GetTagItem("http.request.method"));
        Assert.Equal(200, activity.GetTagItem("http.response.status_code"));
        Assert.Equal($"{server.Address}path?*", activity.GetTagItem("url.full"));
        Assert.Equal($"00-{trace}-{activity.SpanId}-01", traceparent);
    }

    [Fact]
    public async Task Message_SentAgain_CarriesTheSpanOfThatAttemptAndTheBaggage()
    {
        List<(string? TraceParent, string? Baggage)> received = [];
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            received.Add((context.Request.Headers.TraceParent, context.Request.Headers.Baggage));
            context.Response.StatusCode = received.Count == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        using var provider = Build();
        using var retry = new ResilienceHandler(new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new HttpRetryStrategyOptions { Delay = TimeSpan.Zero }).Build()) { InnerHandler = new SocketsHttpHandler() };
        using var client = new HttpClient(retry);

        ActivityTraceId trace;
        using (var root = _source.StartActivity("test")!)
        {
            trace = root.TraceId;
            Baggage.SetBaggage("tenant", "acme");
            using var response = await client.GetAsync(server.Address);
        }

        await Eventually.TrueAsync(() => Attempts().Count() == 2, TimeSpan.FromSeconds(10), "both attempts end");
        Assert.Equal(Attempts().Select(activity => $"00-{trace}-{activity.SpanId}-01"), received.Select(headers => headers.TraceParent));
        Assert.All(received, headers => Assert.Equal("tenant=acme", headers.Baggage));

        IEnumerable<Activity> Attempts()
            => _collector.All.Where(activity => activity.TraceId == trace && activity.Source.Name == "System.Net.Http");
    }

    [Fact]
    public async Task Enrich_AddsRequestAndResponse()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("ok"));
        using var provider = Build(options =>
        {
            options.EnrichWithHttpRequestMessage = (activity, request) => activity.SetTag("my.method", request.Method.Method);
            options.EnrichWithHttpResponseMessage = (activity, response) =>
            {
                activity.SetTag("my.status", (int)response.StatusCode);
                throw new InvalidOperationException("a bug in the application");
            };
        });
        using var client = server.CreateClient();

        var (_, activity) = await RunAsync(() => client.GetAsync("/"));

        Assert.Equal(("GET", 200), ((string?)activity.GetTagItem("my.method"), (int?)activity.GetTagItem("my.status")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ThatFails_RecordsTheException(bool record)
    {
        Exception? enriched = null;
        using var provider = Build(options =>
        {
            options.RecordException = record;
            options.EnrichWithException = (_, exception) => enriched = exception;
        });
        using var client = new HttpClient();

        var (_, activity) = await RunAsync(() => Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://127.0.0.1:1/")));

        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("connection_error", activity.GetTagItem("error.type"));
        Assert.Single(activity.Events, moment => moment.Name == "exception");
        Assert.IsType<HttpRequestException>(enriched);
    }

    [Fact]
    public async Task Filter_SaysNoOrFails_NothingIsRecorded()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("ok"));
        using var provider = Build(options => options.FilterHttpRequestMessage = request => request.RequestUri!.AbsolutePath switch
        {
            "/no" => false,
            "/fails" => throw new InvalidOperationException(),
            _ => true,
        });
        using var client = server.CreateClient();

        var (trace, activity) = await RunAsync(async () =>
        {
            using var no = await client.GetAsync("/no");
            using var fails = await client.GetAsync("/fails");
            using var yes = await client.GetAsync("/yes");
        });

        Assert.Single(_collector.All, candidate => candidate.TraceId == trace && candidate.Kind == ActivityKind.Client);
        Assert.Equal($"{server.Address}yes", activity.GetTagItem("url.full"));
    }

    private async Task<(ActivityTraceId Trace, Activity Activity)> RunAsync(Func<Task> send)
    {
        ActivityTraceId trace;
        using (var root = _source.StartActivity("test")!)
        {
            trace = root.TraceId;
            await send();
        }

        return (trace, await _collector.SingleAsync(activity => activity.TraceId == trace && activity.Source.Name == "System.Net.Http"));
    }

    private TracerProvider Build(Action<HttpClientTraceInstrumentationOptions>? configure = null)
        => Sdk.CreateTracerProviderBuilder()
            .AddSource(_source.Name).SetSampler(new AlwaysOnSampler()).AddHttpClientInstrumentation(configure).AddProcessor(_collector).Build();
}
