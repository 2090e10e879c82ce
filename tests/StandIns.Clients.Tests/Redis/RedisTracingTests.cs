using System.Diagnostics;
using Aspire.StackExchange.Redis.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;
using StackExchange.Redis;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Redis;

public sealed class RedisTracingTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Secret = "ada@example.org";

    [Fact]
    public async Task Commands_InsideAnActivity_BecomeItsChildrenWithoutKeysOrArguments()
    {
        var source = NewSource();
        using var host = StartHost(source, [], out var collector);
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var key = RedisFixture.NewPrefix() + Secret;

        ActivityContext parent;
        using (var activity = source.StartActivity("work")!)
        {
            parent = activity.Context;
            await database.StringSetAsync(key, Secret);
            await database.ScriptEvaluateAsync("return redis.call('GET', KEYS[1])", [key], [Secret]);
            await database.KeyDeleteAsync(key);
        }

        host.Services.GetRequiredService<TracerProvider>().Dispose();

        var spans = collector.All.Where(span => span.TraceId == parent.TraceId && span.Source.Name == RedisInstrumentation.ActivitySourceName).ToList();
        Assert.Equal(["EVAL", "SET", "UNLINK"], spans.Select(span => span.DisplayName).Order());
        Assert.All(spans, span =>
        {
            Assert.Equal(parent.SpanId, span.ParentSpanId);
            Assert.Equal(ActivityKind.Client, span.Kind);
            Assert.True(span.Duration > TimeSpan.Zero);
            Assert.Equal("redis", span.GetTagItem("db.system"));
            Assert.Equal(span.DisplayName, span.GetTagItem("db.statement"));
            Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
            Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains(Secret, StringComparison.Ordinal) == true);
            Assert.Equal(["Enqueued", "Sent", "ResponseReceived"], span.Events.Select(moment => moment.Name));
        });
    }

    [Fact]
    public async Task Commands_StableConventionsChosen_HaveStableNames()
    {
        var source = NewSource();
        using var host = StartHost(source, [("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")], out var collector);
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase(3);

        ActivityTraceId trace;
        using (var activity = source.StartActivity("work")!)
        {
            trace = activity.TraceId;
            await database.KeyExistsAsync(RedisFixture.NewPrefix());
        }

        host.Services.GetRequiredService<TracerProvider>().Dispose();

        var span = Assert.Single(collector.All, span => span.TraceId == trace && span.DisplayName == "EXISTS");
        Assert.Equal("redis", span.GetTagItem("db.system.name"));
        Assert.Equal("EXISTS", span.GetTagItem("db.operation.name"));
        Assert.Equal("3", span.GetTagItem("db.namespace"));
        Assert.Null(span.GetTagItem("db.statement"));
    }

    [Fact]
    public async Task Commands_InsideAnActivityThatIsNotSampled_LeaveNoTrace()
    {
        var source = NewSource();
        using var host = StartHost(source, [], out var collector, new ParentBasedSampler(new AlwaysOnSampler()));
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var unsampled = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);

        using (source.StartActivity("work", ActivityKind.Internal, unsampled))
        {
            await database.KeyExistsAsync(RedisFixture.NewPrefix());
        }

        host.Services.GetRequiredService<TracerProvider>().Dispose();
        Assert.DoesNotContain(collector.All, span => span.TraceId == unsampled.TraceId);
    }

    [Fact]
    public async Task Commands_InManyActivities_AreFlushedBeforeTheIntervalAndNothingIsKept()
    {
        const int activities = 5_000;
        var source = NewSource();
        using var host = StartHost(source, [], out var collector);
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var instrumentation = host.Services.GetRequiredService<RedisInstrumentation>();
        var key = RedisFixture.NewPrefix();
        var started = Stopwatch.GetTimestamp();
        HashSet<ActivityTraceId> mine = [];

        for (var index = 0; index < activities; index++)
        {
            using (var activity = source.StartActivity("work")!)
            {
                mine.Add(activity.TraceId);
                await database.KeyExistsAsync(key);
            }
        }

        var early = Stopwatch.GetElapsedTime(started) < RedisInstrumentation.FlushInterval;
        await Eventually.TrueAsync(() => !early || collector.All.Any(IsMine), TimeSpan.FromSeconds(5), "a full queue wakes the flush");
        instrumentation.Flush();
        instrumentation.Flush();

        Assert.Equal(activities, collector.All.Count(IsMine));
        Assert.Equal(0, instrumentation.SessionCount);

        bool IsMine(Activity span) => span.DisplayName == "EXISTS" && mine.Contains(span.TraceId);
    }

    [Fact]
    public async Task Commands_ManyMoreThanTheBound_AllSucceed()
    {
        const int commands = 2 * RedisInstrumentation.MaximumPending;
        var source = NewSource();
        using var host = StartHost(source, [], out var collector);
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var key = RedisFixture.NewPrefix();

        ActivityTraceId trace;
        using (var activity = source.StartActivity("work")!)
        {
            trace = activity.TraceId;
            for (var done = 0; done < commands; done += 5_000)
            {
                await Task.WhenAll(Enumerable.Range(0, 5_000).Select(_ => database.KeyExistsAsync(key)));
            }
        }

        host.Services.GetRequiredService<TracerProvider>().Dispose();
        Assert.InRange(collector.All.Count(span => span.TraceId == trace && span.DisplayName == "EXISTS"), 1, commands);
    }

    private static ActivitySource NewSource() => new($"redis-tracing-{Guid.NewGuid():n}");

    private IHost StartHost(ActivitySource source, (string Key, string Value)[] settings, out ActivityCollector collector, Sampler? sampler = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("ConnectionStrings:cache", redis.ConnectionString)).Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        builder.AddRedisClient("cache");
        var spans = collector = new ActivityCollector();
        builder.Services.AddOpenTelemetry().WithTracing(tracing =>
            tracing.AddSource(source.Name).SetSampler(sampler ?? new AlwaysOnSampler()).AddProcessor(spans));

        var host = builder.Build();
        host.Services.GetRequiredService<TracerProvider>();
        return host;
    }
}
