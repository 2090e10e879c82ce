using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Diagnostics;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Diagnostics;

public sealed class RedisDiagnosticsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Execute_Operations_AreMeasuredByNameAndResult()
    {
        await using var host = await StartAsync();
        var measured = new ConcurrentBag<(string Instrument, string? Unit, double Value, string Tags)>();
        using var listener = new MeterListener();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == PlatformRedisDiagnostics.MeterName && instrument.Meter.Scope == meters)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, instrument.Unit, value, Print(tags))));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured.Add((instrument.Name, instrument.Unit, value, Print(tags))));
        listener.Start();

        await host.PingAsync();
        RedisFixture.SkipOnCluster("failures that are made up open no breaker where the primaries answer");
        var never = Task.FromException<int>(new TimeoutException());
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Store.ExecuteAsync("test.slow", _ => never, default));
        }

        await host.RefusedAsync();
        listener.RecordObservableInstruments();

        Assert.Contains(measured, one => one is ("platform.redis.operation.duration", "s", > 0 and < 1, "operation=test.ping result=ok"));
        Assert.Equal(3, measured.Count(one => one.Tags == "operation=test.slow result=timed_out"));
        Assert.Contains(measured, one => one.Tags == "operation=test.ping result=breaker_open");
        Assert.Contains(measured, one => one is { Instrument: "platform.redis.breaker.state", Value: 1 or 2 });
    }

    [Fact]
    public async Task Execute_OperationOfATrace_IsASpanWithoutKeysOrArguments()
    {
        var spans = new ConcurrentBag<Activity>();
        var operation = "test." + Guid.NewGuid().ToString("N");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PlatformRedisDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await StartAsync();
        var key = host.Keys.Key(TestKeys.Item, "secret-partition");
        await host.Store.ExecuteAsync(operation, database => database.StringGetAsync(key), default);
        Assert.DoesNotContain(spans, span => span.OperationName == operation);

        using var trace = new Activity("test").Start();
        await host.Store.ExecuteAsync(operation, database => database.StringGetAsync(key), default);

        var span = Assert.Single(spans, span => span.OperationName == operation);
        Assert.Equal(trace.TraceId, span.TraceId);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("redis", span.GetTagItem("db.system"));
        Assert.Equal(operation, span.GetTagItem("db.operation.name"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains("secret-partition", StringComparison.Ordinal) == true);
    }

    private static string Print(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));

    private async Task<TestHost> StartAsync()
    {
        var prefix = RedisFixture.NewPrefix();
        var host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        await Eventually.TrueAsync(async () => await host.PingAsync() > TimeSpan.Zero, TimeSpan.FromSeconds(5), "Redis answers");
        return host;
    }
}
