using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;
using TaskService.HttpRequests;
using TaskService.Tests.Functional;

namespace TaskService.Tests.HttpRequests;

public sealed class HttpRequestTests(HttpRequestScene scene) : IClassFixture<HttpRequestScene>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_Succeeds_IsSignedWithEachSecretAndTracedAndKeepsNoBody()
    {
        var path = scene.NewPath(context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return context.Response.WriteAsJsonAsync(new { name = "Ada" });
        });

        var id = await SubmitAsync(new { url = scene.Url(path), body = new { order = 7 }, headers = new Dictionary<string, string> { ["X-Team"] = "red", ["Content-Type"] = "application/vnd.x+json" } });
        var task = await scene.Admin.WaitForAsync(id, "succeeded");

        var call = Assert.Single(scene.Receiver.CallsOf(path));
        Assert.Equal(("POST", """{"order":7}""", "red", "application/vnd.x+json", id), (
            call.Method, Encoding.UTF8.GetString(call.Body), call.Headers["X-Team"], call.Headers["Content-Type"], call.Headers["webhook-id"]));
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal($"{Signature(call, "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3")} {Signature(call, "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQt")}", call.Headers["webhook-signature"]);
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", call.Headers["traceparent"]);
        Assert.DoesNotContain(call.Headers, header => header.Key is "Accept-Encoding" or "Cookie" or "Request-Id");
        var outcome = task.GetProperty("outcome");
        Assert.Equal((200, "application/json"), (outcome.GetProperty("status").GetInt32(), outcome.GetProperty("contentType").GetString()));
        Assert.False(outcome.TryGetProperty("response", out _));
        var kept = (string)(await scene.Platform.Database.HashGetAsync(scene.Platform.Key($"item:v1:{{default}}:{id}"), "payload"))!;
        Assert.All(new[] { path, "red", "order" }, secret => Assert.DoesNotContain(secret, kept, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(30_000)]
    [InlineData(60_000)]
    public async Task Call_WithABodyThatIsNotAscii_IsSentAsItWas(int length)
    {
        var path = scene.NewPath();
        var text = new string('é', length);

        await scene.Admin.WaitForAsync(await SubmitAsync(new { url = scene.Url(path), body = new { text } }), "succeeded");

        Assert.Equal($$"""{"text":"{{text}}"}""", Encoding.UTF8.GetString(Assert.Single(scene.Receiver.CallsOf(path)).Body));
    }

    [Fact]
    public async Task Call_OfAnEndlessOrPackedOrStalledAnswer_EndsAndKeepsNoMoreThanItsBeginning()
    {
        var endless = scene.NewPath(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (200, "text/plain");
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 16 * 1024), context.RequestAborted);
            }
        });
        var bomb = scene.NewPath(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.ContentEncoding) = (200, "text/plain", "gzip");
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[4 * 1024 * 1024], context.RequestAborted);
        });
        var stalled = scene.NewPath(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (200, "text/plain");
            await context.Response.WriteAsync("so far", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var ids = new List<string>();
        foreach (var path in new[] { endless, bomb, stalled })
        {
            ids.Add(await SubmitAsync(new { url = scene.Url(path), keepResponse = true, timeout = "00:00:01" }));
        }

        var outcomes = new List<JsonElement>();
        foreach (var id in ids)
        {
            outcomes.Add((await scene.Admin.WaitForAsync(id, "succeeded")).GetProperty("outcome"));
        }

        Assert.Equal(new string('x', 4096), outcomes[0].GetProperty("response").GetString());
        Assert.True(outcomes[0].GetProperty("responseTruncated").GetBoolean());
        Assert.False(outcomes[1].TryGetProperty("response", out _));
        Assert.Equal("so far", outcomes[2].GetProperty("response").GetString());
    }

    [Theory]
    [InlineData(404, "failed", "http_404")]
    [InlineData(410, "failed", "http_410")]
    [InlineData(302, "failed", "redirect_refused")]
    [InlineData(307, "failed", "redirect_refused")]
    public async Task Call_Refused_FailsAtOnceAndNoRedirectIsFollowed(int status, string state, string code)
    {
        var inside = scene.NewPath();
        var path = scene.NewPath(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, scene.Url(inside, "127.0.0.1"));
            return Task.CompletedTask;
        });

        var task = await scene.Admin.WaitForAsync(await SubmitAsync(new { url = scene.Url(path) }), state);

        Assert.Equal(code, task.GetProperty("error").GetProperty("code").GetString());
        Assert.Single(scene.Receiver.CallsOf(path));
        Assert.Empty(scene.Receiver.CallsOf(inside));
    }

    [Fact]
    public async Task Call_FailsForNow_IsTriedAgainWithTheSameId()
    {
        var tries = 0;
        var path = scene.NewPath(context =>
        {
            switch (Interlocked.Increment(ref tries))
            {
                case 1:
                    context.Abort();
                    break;
                case 2:
                    context.Response.StatusCode = 503;
                    break;
                case 3:
                    return Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            return Task.CompletedTask;
        });

        var id = await SubmitAsync(new { method = "PUT", url = scene.Url(path), body = "plain", timeout = "00:00:01" });
        var task = await scene.Admin.WaitForAsync(id, "succeeded");

        Assert.Equal([id, id, id, id], scene.Receiver.CallsOf(path).Select(call => call.Headers["webhook-id"]));
        Assert.All(scene.Receiver.CallsOf(path), call => Assert.StartsWith(Signature(call, "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3"), call.Headers["webhook-signature"], StringComparison.Ordinal));
        Assert.Equal(
            ["not_reached", "http_503", "timeout"],
            task.GetProperty("attempts").EnumerateArray().Take(3).Select(attempt => attempt.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("86400", 600)]
    public async Task RetryAfter_IsHonouredUpToTheLongest(string asked, int expected)
    {
        var path = scene.NewPath(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, asked);
            return Task.CompletedTask;
        });

        var id = await SubmitAsync(new { url = scene.Url(path) });
        JsonElement task = default;
        await Eventually.TrueAsync(
            async () => (task = await scene.Admin.TaskAsync(id)).GetProperty("nextAttemptAt").ValueKind == JsonValueKind.String, TimeSpan.FromSeconds(20), "it waits");

        Assert.InRange((task.GetProperty("nextAttemptAt").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalSeconds, expected - 20, expected + 1);
        (await scene.Admin.PostAsync($"/v1/tasks/{id}/cancel", null, Stop)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Cancel_WhileItIsCalled_BreaksTheCallOff()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var path = scene.NewPath(async context =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => ended.TrySetResult(), TaskScheduler.Default);
        });
        var id = await SubmitAsync(new { url = scene.Url(path) });
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        (await scene.Admin.PostAsync($"/v1/tasks/{id}/cancel", null, Stop)).EnsureSuccessStatusCode();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), Stop);
        await scene.Admin.WaitForAsync(id, "cancelled");
    }

    [Fact]
    public async Task Worker_DiesBetweenCallAndEnd_TheNextCallsWithTheSameId()
    {
        await using var platform = await Surroundings.CreateAsync(scene.Redis);
        var dying = scene.StartApp(withWorker: false, platform);
        using var admin = dying.AdminClient();
        var path = scene.NewPath();
        var id = await admin.SubmitAsync(HttpRequestHandler.Type, new { url = scene.Url(path) });
        var entry = Assert.Single(await dying.Get<TaskQueue>().TakeAsync(1, Stop));
        var deliveries = dying.Get<TaskDeliveries>();
        var delivery = await deliveries.StartAsync(entry, "who dies", Stop);
        await using (var lease = new DeliveryLease(delivery!, deliveries, null, TimeSpan.FromMinutes(1), NullLogger.Instance, Stop))
        await using (var scope = dying.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<HttpRequestHandler>().RunAsync(
                dying.Get<TaskPayloads>().Decode<HttpRequestPayload>(id, HttpRequestHandler.Type, delivery!.Task.Payload.Span), new TaskContext(delivery, lease, deliveries, NullLogger.Instance), Stop);
        }

        scene.StartApp(withWorker: true, platform);

        await admin.WaitForAsync(id, "succeeded");
        Assert.Equal([id, id], scene.Receiver.CallsOf(path).Select(call => call.Headers["webhook-id"]));
    }

    [Theory]
    [InlineData("127.0.0.1", "inside.example")]
    [InlineData("127.0.0.2 127.0.0.1", "mixed.example")]
    [InlineData("::1", "six.example")]
    [InlineData("::ffff:127.0.0.2", "mapped.example")]
    public async Task Call_OfANameThatLeadsInside_IsRefusedUnheard(string addresses, string host)
    {
        scene.Addresses.Say(host, addresses);
        var path = scene.NewPath();

        var task = await scene.Admin.WaitForAsync(await SubmitAsync(new { url = scene.Url(path, host) }), "failed");

        Assert.Equal("address_refused", task.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("127.", task.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(scene.Receiver.CallsOf(path));
    }

    [Fact]
    public async Task Call_OfANameWhoseAnswerChanges_GoesToWhatWasLookedAt()
    {
        scene.Addresses.Say("rebound.example", "127.0.0.2", "127.0.0.1");
        var path = scene.NewPath();

        await scene.Admin.WaitForAsync(await SubmitAsync(new { url = scene.Url(path, "rebound.example") }), "succeeded");

        Assert.Equal(IPAddress.Parse("127.0.0.2"), Assert.Single(scene.Receiver.CallsOf(path)).At);
    }

    public static TheoryData<string> HostileUrls => [.. """
        ftp://example.com/
        file:///etc/passwd
        //example.com/
        /relative
        http://user:secret@127.0.0.2:PORT/
        http://127.0.0.2:22/
        http://127.0.0.1:PORT/
        http://127.1:PORT/
        http://0x7f000001:PORT/
        http://0177.0.0.1:PORT/
        http://2130706433:PORT/
        http://127.0.0.1.:PORT/
        http://0.0.0.0:PORT/
        http://10.0.0.1:PORT/
        http://169.254.169.254:PORT/latest/meta-data/
        http://100.100.100.200:PORT/
        http://[::1]:PORT/
        http://[::ffff:127.0.0.1]:PORT/
        http://[::127.0.0.1]:PORT/
        http://[64:ff9b::7f00:1]:PORT/
        http://[2002:7f00:1::]:PORT/
        http://[fd00::1]:PORT/
        http://[fe80::1%25eth0]:PORT/
        """.Split('\n').Select(url => url.Trim())];

    [Theory]
    [MemberData(nameof(HostileUrls))]
    public async Task Submit_OfAHostileUrl_IsRefused(string url)
    {
        using var response = await PostAsync(scene.Admin, new { url = url.Replace("PORT", $"{scene.Receiver.Port}", StringComparison.Ordinal) });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"method":"TRACE"}""")]
    [InlineData("""{"method":"GET","body":"x"}""")]
    [InlineData("""{"headers":{"Host":"a"}}""")]
    [InlineData("""{"headers":{"webhook-signature":"v1,x"}}""")]
    [InlineData("""{"headers":{"Transfer-Encoding":"chunked"}}""")]
    [InlineData("""{"headers":{"X_Forwarded_For":"10.0.0.1"}}""")]
    [InlineData("""{"headers":{"x-real-ip":"10.0.0.1"}}""")]
    [InlineData("""{"headers":{"CF-Connecting-IP":"10.0.0.1"}}""")]
    [InlineData("""{"headers":{"platform-origin":"service"}}""")]
    [InlineData("""{"headers":{"X":"a\r\nY: b"}}""")]
    [InlineData("""{"headers":{"X Y":"a"}}""")]
    [InlineData("""{"timeout":"00:10:00"}""")]
    public async Task Submit_OfWhatCannotBeSent_IsRefusedWithWhatToChange(string members)
    {
        var payload = JsonDocument.Parse(members).RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        payload["url"] = scene.Url("/never");

        await (await PostAsync(scene.Admin, payload)).ProblemAsync(HttpStatusCode.BadRequest, "invalid_payload");
    }

    [Fact]
    public async Task Submit_ByAPerson_IsTakenForAllowedHostsAlone()
    {
        scene.Addresses.Say("api.open.example", "127.0.0.2");
        using var ada = scene.App.ClientOf("usr_ada");
        var path = scene.NewPath();

        await (await PostAsync(ada, new { url = scene.Url(path) })).ProblemAsync(HttpStatusCode.Forbidden, "host_not_allowed");
        await (await PostAsync(ada, new { url = scene.Url(path, "open.example") })).ProblemAsync(HttpStatusCode.Forbidden, "host_not_allowed");
        await ada.WaitForAsync(await ada.SubmitAsync(HttpRequestHandler.Type, new { url = scene.Url(path, "API.open.example") }), "succeeded");
    }

    [Fact]
    public async Task Call_OfAHost_IsToldByNoMetricAndSaysWhoAskedForIt()
    {
        const string Host = "metered.open.example";
        scene.Addresses.Say(Host, "127.0.0.2");
        var told = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name.StartsWith("System.Net.", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        using var ada = scene.App.ClientOf("usr_ada");
        var path = scene.NewPath();

        await ada.WaitForAsync(await ada.SubmitAsync(HttpRequestHandler.Type, new { url = scene.Url(path, Host) }), "succeeded");
        var id = await scene.App.Get<TaskClient>().EnqueueAsync(HttpRequestHandler.Type, new HttpRequestPayload { Url = scene.Url(path, Host) }, cancellationToken: Stop);
        await scene.Admin.WaitForAsync(id, "succeeded");

        Assert.Empty(told);
        Assert.Equal(["person", "service"], scene.Receiver.CallsOf(path).Select(call => call.Headers["platform-origin"]));

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Value is Host)
                {
                    told.Enqueue($"{instrument.Name} {tag.Key}");
                }
            }
        }
    }

    private static string Signature(Received call, string secret) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{call.Headers["webhook-id"]}.{call.Headers["webhook-timestamp"]}."), .. call.Body]));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, object payload) =>
        client.PostAsJsonAsync("/v1/tasks", new { type = HttpRequestHandler.Type, payload }, Stop);

    private Task<string> SubmitAsync(object payload) => scene.Admin.SubmitAsync(HttpRequestHandler.Type, payload);
}
