using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Idempotency;
using Platform.Redis.Keys;
using Platform.TestKit;

namespace Platform.Redis.Tests.Idempotency;

public sealed class IdempotencyTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private int _runs;

    [Fact]
    public async Task Request_Repeated_IsAnsweredByteForByte()
    {
        await using var app = await StartAsync();

        using var first = await app.PostAsync("/orders", "k-1", "{\"item\":\"ä\"}");
        using var again = await app.PostAsync("/orders", "\"k-1\"", "{\"item\":\"ä\"}");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await BytesAsync(first), await BytesAsync(again));
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.NotNull(again.Headers.Location);
        Assert.Equal(1, _runs);

        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        var expires = DateTimeOffset.Parse(Assert.Single(again.Headers.GetValues("Idempotency-Expires")), null);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));

        Assert.True(first.Headers.Contains("Set-Cookie"));
        Assert.True(first.Headers.Contains("X-Trace"));
        Assert.False(again.Headers.Contains("Set-Cookie"));
        Assert.False(again.Headers.Contains("X-Trace"));
    }

    [Fact]
    public async Task Request_WithoutKey_IsCarriedOutEachTime()
    {
        await using var app = await StartAsync();

        (await app.PostAsync("/orders", null)).Dispose();
        (await app.PostAsync("/orders", null)).Dispose();

        Assert.Equal(2, _runs);
        Assert.Empty(await KeysAsync(app));
    }

    [Theory]
    [InlineData("/required", null, "idempotency_key_missing")]
    [InlineData("/orders", "\"\"", "invalid_idempotency_key")]
    [InlineData("/orders", "é", "invalid_idempotency_key")]
    [InlineData("/orders", "\"open", "invalid_idempotency_key")]
    [InlineData("/orders", "\"a\"b\"", "invalid_idempotency_key")]
    [InlineData("/orders", "256", "invalid_idempotency_key")]
    public async Task Key_MissingOrMalformed_IsRefused(string path, string? key, string code)
    {
        await using var app = await StartAsync();

        using var refused = await app.PostAsync(path, key == "256" ? new string('k', 256) : key);

        await ProblemAsync(refused, HttpStatusCode.BadRequest, code);
        Assert.Equal(0, _runs);
        Assert.Empty(await KeysAsync(app));
    }

    [Fact]
    public async Task Key_TwiceInOneRequest_IsRefused()
    {
        await using var app = await StartAsync();
        using var socketRequest = await RawAsync(app, "Idempotency-Key: one\r\nIdempotency-Key: two\r\n");
        Assert.StartsWith("HTTP/1.1 400", await ReadAsync(socketRequest), StringComparison.Ordinal);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task Key_OfAnyAllowedForm_MakesOneKeyOfTheService()
    {
        await using var app = await StartAsync();
        string[] keys = [new('*', 255), "*", "a}:{b", "9F1C2D3E-0000-4000-8000-0A0B0C0D0E0F", "\"with \\\"quotes\\\" and \\\\\""];

        foreach (var key in keys)
        {
            using var response = await app.PostAsync("/orders", key);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }

        var stored = await KeysAsync(app);
        Assert.Equal(keys.Length, stored.Count);
        Assert.All(stored, key => Assert.Matches(@"idempotency:v1:\{[A-Za-z0-9_-]{27}\}$", key));
    }

    [Fact]
    public async Task Key_InAnotherSpelling_IsAnotherKey()
    {
        await using var app = await StartAsync();

        (await app.PostAsync("/orders", "9F1C2D3E-0000-4000-8000-0A0B0C0D0E0F")).Dispose();
        (await app.PostAsync("/orders", "9f1c2d3e-0000-4000-8000-0a0b0c0d0e0f")).Dispose();

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Key_OfAnonymousCaller_IsRefused()
    {
        await using var app = await StartAsync();

        using var refused = await app.PostAsync("/orders", "k", user: null);

        await ProblemAsync(refused, HttpStatusCode.BadRequest, "idempotency_key_anonymous");
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task Key_OfAnotherCallerRouteMethodOrValue_IsIndependent()
    {
        await using var app = await StartAsync();

        (await app.PostAsync("/orders", "k")).Dispose();
        (await app.PostAsync("/orders", "k", user: "bob")).Dispose();
        (await app.PostAsync("/required", "k")).Dispose();
        (await app.PostAsync("/orders/1/lines", "k")).Dispose();
        (await app.PostAsync("/orders/2/lines", "k")).Dispose();
        (await app.PostAsync("/orders/2/lines", "k", method: HttpMethod.Put)).Dispose();

        Assert.Equal(6, _runs);
        Assert.Equal(6, (await KeysAsync(app)).Count);
    }

    [Theory]
    [InlineData("/orders", "{\"item\":2}")]
    [InlineData("/orders?express=1", "{\"item\":1}")]
    public async Task Key_WithAnotherRequest_IsRefused(string path, string body)
    {
        await using var app = await StartAsync();
        (await app.PostAsync("/orders", "k", "{\"item\":1}")).Dispose();

        using var refused = await app.PostAsync(path, "k", body);

        await ProblemAsync(refused, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Contains("rel=\"describedby\"", Assert.Single(refused.Headers.GetValues("Link")), StringComparison.Ordinal);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Request_WhileTheFirstIsInFlight_IsToldToComeBack()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartAsync(gate: gate);
        var first = app.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, TimeSpan.FromSeconds(5), "the first runs");

        using var second = await app.PostAsync("/gated", "k");

        await ProblemAsync(second, HttpStatusCode.Conflict, "idempotency_in_flight");
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter?.Delta);
        gate.SetResult();
        using var answered = await first;
        using var third = await app.PostAsync("/gated", "k");
        Assert.Equal(await BytesAsync(answered), await BytesAsync(third));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Request_ThatMayWait_GetsTheFirstOnesAnswer()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartAsync(options => options.InFlightWait = TimeSpan.FromSeconds(20), gate);
        var all = Enumerable.Range(0, 20).Select(_ => app.PostAsync("/gated", "k")).ToArray();
        await Eventually.TrueAsync(() => _runs == 1, TimeSpan.FromSeconds(5), "one runs");

        gate.SetResult();
        var bodies = new List<string>();
        foreach (var one in all)
        {
            using var response = await one;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            bodies.Add(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.Single(bodies.Distinct());
        Assert.Equal(1, _runs);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(303, true)]
    [InlineData(404, true)]
    [InlineData(422, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(408, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Status_IsKeptOrNot_AsDeclared(int status, bool isKept)
    {
        await using var app = await StartAsync();

        for (var i = 0; i < 2; i++)
        {
            using var response = await app.PostAsync($"/status/{status}", "k");
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(isKept && i == 1, response.Headers.Contains("Idempotent-Replayed"));
        }

        Assert.Equal(isKept ? 1 : 2, _runs);
        Assert.Equal(isKept ? 1 : 0, (await KeysAsync(app)).Count);
    }

    [Fact]
    public async Task Handler_ThatThrows_LeavesTheKeyFree()
    {
        await using var app = await StartAsync();

        using var failed = await app.PostAsync("/throws", "k");
        using var again = await app.PostAsync("/throws", "k");

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, again.StatusCode);
        Assert.Equal(2, _runs);
        Assert.Empty(await KeysAsync(app));
    }

    [Theory]
    [InlineData("/large")]
    [InlineData("/stream")]
    public async Task Answer_TooLargeToKeep_IsSentAndRemembered(string path)
    {
        await using var app = await StartAsync(options => options.MaxResponseBytes = 10_000);

        using var first = await app.PostAsync(path, "k");
        using var again = await app.PostAsync(path, "k");

        Assert.Equal(new string('x', 20_000), await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var problem = await ProblemAsync(again, HttpStatusCode.Conflict, "idempotency_response_not_kept");
        Assert.Equal(200, problem.GetProperty("originalStatus").GetInt32());
        Assert.Equal(1, _runs);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(9_999)]
    public async Task Answer_AsLargeAsTheBound_IsKept(int bytes)
    {
        await using var app = await StartAsync(options => options.MaxResponseBytes = 10_000);

        using var first = await app.PostAsync($"/large?bytes={bytes}", "k");
        using var again = await app.PostAsync($"/large?bytes={bytes}", "k");

        Assert.Equal(await BytesAsync(first), await BytesAsync(again));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Answer_InRedis_CannotBeRead()
    {
        await using var app = await StartAsync();
        (await app.PostAsync("/orders", "secret-key", "{\"item\":\"secret-item\"}")).Dispose();

        var key = Assert.Single(await KeysAsync(app));
        var record = Encoding.Latin1.GetString((byte[])(await redis.GetDatabase().StringGetAsync(key))!);

        Assert.StartsWith("D", record, StringComparison.Ordinal);
        foreach (var secret in (string[])["secret", "item", "ada", "orders", "json", "Location"])
        {
            Assert.DoesNotContain(secret, record, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, key[app.Prefix.Length..], StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Answer_MovedToAnotherKey_IsNotGiven()
    {
        await using var app = await StartAsync();
        (await app.PostAsync("/orders", "one")).Dispose();
        var one = Assert.Single(await KeysAsync(app));
        (await app.PostAsync("/orders", "two")).Dispose();
        var two = (await KeysAsync(app)).Single(key => key != one);

        var database = redis.GetDatabase();
        await database.StringSetAsync(two, await database.StringGetAsync(one), TimeSpan.FromMinutes(1));
        using var refused = await app.PostAsync("/orders", "two");

        await ProblemAsync(refused, HttpStatusCode.Conflict, "idempotency_outcome_unknown");
        Assert.Single(app.Logs.Lines, line => line.Id == 2400);
    }

    [Theory]
    [InlineData("cut", 1)]
    [InlineData("cut", 60)]
    [InlineData("cut", 98)]
    [InlineData("cut", 106)]
    [InlineData("overwritten", 5)]
    [InlineData("overwritten", 40)]
    [InlineData("overwritten", 100)]
    [InlineData("list", 0)]
    public async Task Record_Damaged_IsAnUnknownOutcomeAndNotCarriedOutAgain(string damage, int at)
    {
        await using var app = await StartAsync();
        (await app.PostAsync("/orders", "k")).Dispose();
        var key = Assert.Single(await KeysAsync(app));
        var database = redis.GetDatabase();
        var record = (byte[])(await database.StringGetAsync(key))!;
        await database.KeyDeleteAsync(key);
        if (damage == "list")
        {
            await database.ListLeftPushAsync(key, record);
        }
        else if (damage == "cut")
        {
            await database.StringSetAsync(key, record.AsMemory(0, at), TimeSpan.FromMinutes(1));
        }
        else
        {
            record[at] = (byte)'x';
            await database.StringSetAsync(key, record, TimeSpan.FromMinutes(1));
        }

        using var refused = await app.PostAsync("/orders", "k");

        await ProblemAsync(refused, HttpStatusCode.Conflict, "idempotency_outcome_unknown");
        Assert.Equal(1, _runs);
        await database.KeyDeleteAsync(key);
    }

    [Fact]
    public async Task Key_AfterItsTime_IsNew()
    {
        await using var app = await StartAsync(options => (options.TimeToLive, options.LeaseDuration) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        (await app.PostAsync("/orders", "k")).Dispose();
        using (var replay = await app.PostAsync("/orders", "k"))
        {
            Assert.True(replay.Headers.Contains("Idempotent-Replayed"));
        }

        await Eventually.TrueAsync(async () => (await KeysAsync(app)).Count == 0, TimeSpan.FromSeconds(5), "the key expires");
        using var anew = await app.PostAsync("/orders", "k");

        Assert.False(anew.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Body_LargerThanIsCompared_ReachesTheHandlerWhole()
    {
        await using var app = await StartAsync(options => options.MaxFingerprintBytes = 1000);
        var body = string.Concat(Enumerable.Range(0, 100_000).Select(number => (char)('a' + (number % 26))));

        using var first = await app.PostAsync("/echo", "k", body);
        using var again = await app.PostAsync("/echo", "k", body);
        using var otherEnd = await app.PostAsync("/echo", "k", string.Concat(body.AsSpan(0, 99_999), "!"));
        using var otherLength = await app.PostAsync("/echo", "k", body + "!");
        using var otherStart = await app.PostAsync("/echo", "k", string.Concat("!", body.AsSpan(1)));

        Assert.Equal(body, await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(body, await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(otherEnd.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, otherLength.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, otherStart.StatusCode);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Endpoint_WithoutTheCapability_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.MapPost("/", () => 1).WithIdempotency();

        var failure = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)app).DataSources.Single().Endpoints);

        Assert.Contains("AddIdempotency()", failure.Message, StringComparison.Ordinal);
    }

    private Task<IdempotencyApp> StartAsync(Action<IdempotencyOptions>? options = null, TaskCompletionSource? gate = null) =>
        IdempotencyApp.StartAsync(redis.ConnectionString, app => Map(app, gate), options);

    private void Map(WebApplication app, TaskCompletionSource? gate)
    {
        app.MapPost("/orders", Accept).WithIdempotency();
        app.MapPost("/required", Accept).WithIdempotency(options => options.Required = true);
        app.MapMethods("/orders/{id}/lines", ["POST", "PUT"], Accept).WithIdempotency();
        app.MapPost("/gated", async () =>
        {
            Interlocked.Increment(ref _runs);
            await gate!.Task;
            return new { id = Guid.NewGuid() };
        }).WithIdempotency();
        app.MapPost("/status/{status:int}", (int status) =>
        {
            Interlocked.Increment(ref _runs);
            return TypedResults.StatusCode(status);
        }).WithIdempotency();
        app.MapPost("/throws", Task (HttpContext _) =>
        {
            Interlocked.Increment(ref _runs);
            throw new InvalidOperationException("No.");
        }).WithIdempotency();
        app.MapPost("/large", (int? bytes) =>
        {
            Interlocked.Increment(ref _runs);
            return TypedResults.Text(new string('x', bytes ?? 20_000));
        }).WithIdempotency();
        app.MapPost("/stream", async context =>
        {
            Interlocked.Increment(ref _runs);
            for (var i = 0; i < 20; i++)
            {
                await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 1000)));
                await context.Response.Body.FlushAsync();
            }
        }).WithIdempotency();
        app.MapPost("/echo", async context =>
        {
            Interlocked.Increment(ref _runs);
            await context.Request.Body.CopyToAsync(context.Response.Body);
        }).WithIdempotency();
    }

    private Created<Order> Accept(HttpContext context, JsonElement order)
    {
        Interlocked.Increment(ref _runs);
        context.Response.Headers.SetCookie = "a=b";
        context.Response.Headers["X-Trace"] = "1";
        var id = Guid.NewGuid().ToString("n");
        return TypedResults.Created($"/orders/{id}", new Order(id, order));
    }

    private async Task<IReadOnlyList<string>> KeysAsync(IdempotencyApp app)
    {
        var keys = new List<string>();
        foreach (var server in redis.Multiplexer.GetServers())
        {
            await foreach (var key in server.KeysAsync(pattern: app.Prefix + "*idempotency*"))
            {
                keys.Add(key.ToString());
            }
        }

        return [.. keys.Distinct()];
    }

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response) =>
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(await BytesAsync(response));
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal("urn:platform:problem:" + code.Replace('_', '-'), problem.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("detail").GetString()));
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("traceId").GetString()));
        return problem;
    }

    private static async Task<System.Net.Sockets.TcpClient> RawAsync(IdempotencyApp app, string headers)
    {
        var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", app.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /orders HTTP/1.1\r\nHost: x\r\nX-User: ada\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n{headers}\r\n{{}}"));
        return client;
    }

    private static async Task<string> ReadAsync(System.Net.Sockets.TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Order(string Id, JsonElement Content);
}
