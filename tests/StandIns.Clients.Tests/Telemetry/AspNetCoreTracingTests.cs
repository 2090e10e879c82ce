using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Trace;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Telemetry;

public sealed class AspNetCoreTracingTests : IDisposable
{
    private readonly ActivityCollector _collector = new();
    private readonly string _marker = Guid.NewGuid().ToString("n");

    public void Dispose() => _collector.Dispose();

    [Fact]
    public async Task Request_ToARoute_IsNamedAndTaggedByTheConventions()
    {
        await using var server = await StartAsync();
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1.0");

        using var response = await client.GetAsync($"/{_marker}/items/7?token=secret&page=2");
        var activity = await EndedAsync("/items/7");

        Assert.Equal($"GET /{_marker}/items/{{id}}", activity.DisplayName);
        Assert.Equal(ActivityKind.Server, activity.Kind);
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
        Assert.Equal(
            new SortedDictionary<string, object?>
            {
                ["http.request.method"] = "GET",
                ["http.response.status_code"] = 200,
                ["http.route"] = $"/{_marker}/items/{{id}}",
                ["network.protocol.version"] = "1.1",
                ["server.address"] = "127.0.0.1",
                ["server.port"] = server.Address.Port,
                ["url.path"] = $"/{_marker}/items/7",
                ["url.query"] = "?token=Redacted&page=Redacted",
                ["url.scheme"] = "http",
                ["user_agent.original"] = "tests/1.0",
            },
            new SortedDictionary<string, object?>(activity.TagObjects.ToDictionary()));
    }

    [Fact]
    public async Task Request_WithRedactionSwitchedOff_ShowsTheQuery()
    {
        await using var server = await StartAsync(settings: ("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true"));
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/{_marker}/items/1?page=2");

        Assert.Equal("?page=2", (await EndedAsync("/items/1")).GetTagItem("url.query"));
    }

    [Fact]
    public async Task Request_WithoutARoute_IsNamedByItsMethodOnly()
    {
        await using var server = await StartAsync();
        using var client = server.CreateClient();

        using var response = await client.PostAsync($"/{_marker}/nowhere", content: null);
        var activity = await EndedAsync("/nowhere");

        Assert.Equal("POST", activity.DisplayName);
        Assert.Null(activity.GetTagItem("http.route"));
        Assert.Equal(404, activity.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
    }

    [Fact]
    public async Task Request_WithAMethodOfSomebodysInvention_AddsNoName()
    {
        await using var server = await StartAsync();
        using var client = server.CreateClient();

        using var response = await client.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), $"/{_marker}/pot"));
        var activity = await EndedAsync("/pot");

        Assert.Equal("HTTP", activity.DisplayName);
        Assert.Equal("_OTHER", activity.GetTagItem("http.request.method"));
        Assert.Equal("BREW", activity.GetTagItem("http.request.method_original"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ThatThrows_HasErrorAndExceptionWhereAsked(bool record)
    {
        Exception? enriched = null;
        await using var server = await StartAsync(options =>
        {
            options.RecordException = record;
            options.EnrichWithException = (_, exception) => enriched = exception;
        });
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/{_marker}/throws");
        var activity = await EndedAsync("/throws");

        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("System.InvalidOperationException", activity.GetTagItem("error.type"));
        Assert.Equal(500, activity.GetTagItem("http.response.status_code"));
        Assert.Equal(record ? 1 : 0, activity.Events.Count(moment => moment.Name == "exception"));
        Assert.Equal("it broke", enriched?.Message);
    }

    [Fact]
    public async Task Request_ThatThrowsIntoTheExceptionHandler_KeepsItsRoute()
    {
        await using var server = await StartAsync(exceptionHandler: true);
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/{_marker}/throws");
        var activity = await EndedAsync("/throws");

        Assert.Equal($"GET /{_marker}/throws", activity.DisplayName);
        Assert.Equal("System.InvalidOperationException", activity.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
    }

    [Fact]
    public async Task Request_AnsweredWithServerError_HasErrorStatus()
    {
        await using var server = await StartAsync();
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/{_marker}/status/503");
        var activity = await EndedAsync("/status/503");

        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("503", activity.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Filter_SaysNoOrFails_NothingIsRecorded()
    {
        await using var server = await StartAsync(options => options.Filter = context => context.Request.Path.Value switch
        {
            { } path when path.EndsWith("/health", StringComparison.Ordinal) => false,
            { } path when path.EndsWith("/fails", StringComparison.Ordinal) => throw new InvalidOperationException(),
            _ => true,
        });
        using var client = server.CreateClient();

        using var health = await client.GetAsync($"/{_marker}/health");
        using var fails = await client.GetAsync($"/{_marker}/fails");
        using var counted = await client.GetAsync($"/{_marker}/items/2");
        await EndedAsync("/items/2");

        Assert.DoesNotContain(_collector.All, activity => activity.GetTagItem("url.path") is string path
            && (path == $"/{_marker}/health" || path == $"/{_marker}/fails"));
    }

    [Fact]
    public async Task Enrich_AddsToTheActivity_AndMayFail()
    {
        await using var server = await StartAsync(options =>
        {
            options.EnrichWithHttpRequest = (activity, request) => activity.SetTag("my.method", request.Method);
            options.EnrichWithHttpResponse = (activity, response) =>
            {
                activity.SetTag("my.status", response.StatusCode);
                throw new InvalidOperationException("a bug in the application");
            };
        });
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/{_marker}/items/3");
        var activity = await EndedAsync("/items/3");

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(("GET", 200), ((string?)activity.GetTagItem("my.method"), (int?)activity.GetTagItem("my.status")));
    }

    [Fact]
    public async Task Request_WithTraceContextAndBaggage_ContinuesThem()
    {
        await using var server = await StartAsync();
        // Without tracing of its own: what other tests listen to is the whole process's, and would write its own header over this one.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = server.Address };
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{_marker}/baggage");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.Add("baggage", "tenant=acme");

        using var response = await client.SendAsync(request);

        Assert.Equal("acme", await response.Content.ReadAsStringAsync());
        Assert.Equal(trace, (await EndedAsync("/baggage")).TraceId);
    }

    private Task<Activity> EndedAsync(string path)
        => _collector.SingleAsync(activity => (string?)activity.GetTagItem("url.path") == $"/{_marker}{path}" && activity.Kind == ActivityKind.Server);

    private Task<LoopbackServer> StartAsync(Action<AspNetCoreTraceInstrumentationOptions>? configure = null, (string Key, string Value)? settings = null, bool exceptionHandler = false)
        => LoopbackServer.StartAsync(
            builder =>
            {
                if (settings is { } setting)
                {
                    builder.Configuration[setting.Key] = setting.Value;
                }

                builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
                    .SetSampler(new AlwaysOnSampler()).AddAspNetCoreInstrumentation(configure).AddProcessor(_collector));
            },
            app =>
            {
                if (exceptionHandler)
                {
                    app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("sorry")));
                }

                app.MapGet($"/{_marker}/items/{{id}}", (string id) => id);
                app.MapGet($"/{_marker}/throws", void () => throw new InvalidOperationException("it broke"));
                app.MapGet($"/{_marker}/status/{{status:int}}", (int status) => Results.StatusCode(status));
                app.MapGet($"/{_marker}/baggage", () => Baggage.GetBaggage("tenant"));
                app.MapGet($"/{_marker}/health", () => "ok");
                app.MapGet($"/{_marker}/fails", () => "ok");
            });
}
