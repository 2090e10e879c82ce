using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.TestKit;
using PrivacyService.Gateway;
using PrivacyService.Masking;
using PrivacyService.Tests.Gateway;

namespace PrivacyService.Tests.Secrecy;

/// <summary>
/// Everything that the service can be asked, with a value of every type in it, and then a look at whatever it left behind: the files of Redis, logs,
/// spans, measurements, and each answer that does not give originals back.
/// </summary>
public sealed class DumpTests : IAsyncLifetime
{
    private const string Json = "application/json";
    private const string Options = """ "dictionary":{"codename":["Planted Codename Osprey"]},"deny":["Planted Project Nightjar"] """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Text = string.Join('\n', PlantedValues.Texts.Select(Detection.MarkedText.Plain).Append($"of {PlantedValues.Denied} and {PlantedValues.Listed}."));
    private static readonly string Document = JsonSerializer.Serialize(
        PlantedValues.Fields.ToDictionary(field => field.Key, object (field) => field.Value).Append(new("lines", Text.Split('\n'))).ToDictionary());

    private readonly CollectedTelemetry _telemetry = new();
    private readonly List<string> _answers = [];
    private readonly List<string> _pseudonyms = [];
    private readonly HashSet<string> _found = [];
    private readonly string _ada = PlatformId.New("usr");
    private RedisServer _redis = null!;
    private FakeUpstream _upstream = null!;
    private PrivacyApplication _privacy = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync(new RedisServerOptions { ExtraConfiguration = ["rdbcompression no", "aof-use-rdb-preamble no"] }, Stop);
        _upstream = await FakeUpstream.StartAsync();
        _privacy = new PrivacyApplication(
            _redis.ConnectionString,
            ("Privacy:Gateway:Upstreams:model:Address", _upstream.Address),
            ("Privacy:Gateway:Upstreams:strict:Address", _upstream.Address),
            ("Privacy:Gateway:Upstreams:strict:Modes:*", "block"),
            ("Privacy:Gateway:Upstreams:slow:Address", _upstream.Address),
            ("Privacy:Gateway:Upstreams:slow:Timeout", "00:00:01"),
            ("Privacy:Gateway:Upstreams:gone:Address", "http://127.0.0.1:1"),
            // As a host sets it for Development.
            ("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true"),
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:System.Net.Http.HttpClient", "Trace"));
        _privacy.UseKestrel(port: 0);
        _privacy.StartServer();
        _client = Client(_ada);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _privacy.DisposeAsync();
        await _upstream.DisposeAsync();
        await _redis.DisposeAsync();
        _telemetry.Dispose();
    }

    [Fact]
    public async Task WhatIsLeftOfARun_HoldsNoPlantedValueInAnyForm()
    {
        await PseudonymizeAsync();
        await MaskAsync();
        await ForwardAsync();
        await FailAsync();
        await AskWhatWasCalledAsync();
        await EraseAsync();

        Assert.Equal("", string.Join(' ', MaskKind.Types.Append("codename").Except(_found)));
        var leaks = new List<string>();
        Look("answers", PlantedValues.All, _answers);
        Look("upstream", PlantedValues.All.Except([PlantedValues.Denied, PlantedValues.Listed]), _upstream.Calls.Select(call => call.Body));
        Assert.Contains("http.route=/gateway/{upstream}/{**path}", _telemetry.Spans, StringComparison.Ordinal);
        Assert.Contains("platform.privacy.values.replaced", _telemetry.Measurements, StringComparison.Ordinal);
        string[] nobody = [.. PlantedValues.All, .. _pseudonyms, _ada];
        Look("logs", nobody, _privacy.Logs.Text.Split('\n'));
        Look("spans", nobody, _telemetry.Spans.Split('\n'));
        Look("measurements", nobody, _telemetry.Measurements.Split('\n'));
        var files = Directory.EnumerateFiles(_redis.DataDirectory, "*", SearchOption.AllDirectories).ToList();
        Assert.All(["before.rdb", "dump.rdb", ".incr.aof"], name => Assert.Contains(files, file => file.EndsWith(name, StringComparison.Ordinal)));
        foreach (var file in files)
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Stop));
            Look(Path.GetFileName(file), nobody, [content]);
            Assert.True(!file.EndsWith(".incr.aof", StringComparison.Ordinal) || content.Contains("privacy:vault:", StringComparison.Ordinal), "what was written is in the file");
        }

        Assert.Empty(leaks);

        void Look(string place, IEnumerable<string> values, IEnumerable<string> texts)
        {
            var traces = new Traces(values);
            leaks.AddRange(texts.Select(traces.FirstIn).OfType<string>().Select(leak => $"{place}: {leak}"));
        }
    }

    private async Task PseudonymizeAsync()
    {
        var request = $$"""{"document":{{Document}},"fields":["homeAddress"],"scope":"conversation:dump",{{Options}}}""";
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            answers.Add(await AskAsync(HttpMethod.Post, "/v1/pseudonymize", request, headers: ("Idempotency-Key", "dump-1")));
        }

        var answer = JsonDocument.Parse(answers[0]).RootElement;
        _pseudonyms.Add(answer.GetProperty("document").GetProperty("homeAddress").GetString()!);
        var id = answer.GetProperty("pseudonymId").GetString();
        await AskAsync(HttpMethod.Post, "/v1/repersonalize", $$"""{"document":{{answer.Document()}}}""");
        await AskAsync(HttpMethod.Post, "/v1/repersonalize", $$"""{"pseudonymId":"{{id}}"}""");
        var lines = await AskAsync(HttpMethod.Post, "/v1/pseudonymize?field=homeAddress&scope=subject", Document + "\n" + Document, PrivacyClient.LinesMediaType);
        await AskAsync(HttpMethod.Post, "/v1/repersonalize", $$"""{"document":{{lines.Split('\n')[0]}}}""");
        await AskAsync(HttpMethod.Get, "/v1/pseudonyms/" + id);
        await AskAsync(HttpMethod.Delete, "/v1/pseudonyms/" + id, status: 204);
        foreach (var member in (string[])[$"\"document\":{Document}", $"\"text\":{JsonSerializer.Serialize(Text)}"])
        {
            var detected = await AskAsync(HttpMethod.Post, "/v1/detect", $$"""{{{member}},{{Options}}}""");
            _answers.Add(detected);
            _found.UnionWith(JsonDocument.Parse(detected).RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("type").GetString()!));
        }
    }

    private async Task MaskAsync()
    {
        foreach (var style in (string[])["token", "format"])
        {
            foreach (var (name, value) in ((string, string)[])[("document", Document), ("text", JsonSerializer.Serialize(Text))])
            {
                var masked = await AskAsync(HttpMethod.Post, "/v1/mask", $$"""{"{{name}}":{{value}},"style":"{{style}}","scope":"conversation:dump"}""", headers: ("Idempotency-Key", name + style));
                var answer = JsonDocument.Parse(masked).RootElement;
                _found.UnionWith(answer.GetProperty("found").EnumerateObject().Select(found => found.Name));
                await AskAsync(HttpMethod.Post, "/v1/unmask", $$"""{"{{name}}":{{answer.GetProperty(name).GetRawText()}},"style":"{{style}}","scope":"conversation:dump"}""");
            }
        }

        await AskAsync(HttpMethod.Post, "/v1/mask?scope=conversation:dump", Text, "text/plain");
        await AskAsync(HttpMethod.Post, "/v1/mask", $$"""{"document":{{Document}},"modes":{"*":"redact"} }""");
    }

    private async Task ForwardAsync()
    {
        await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Document, headers: ("Mask-Scope", "conversation:dump"));
        await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Text, "text/plain");
        _upstream.AnswerEvents(body => $"event: delta\ndata: {JsonSerializer.Serialize(new { text = body })}\n\n", size: 700);
        await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Document);

        _upstream.Answer = (context, body) => AnswerAsync(context, 200, body[..^1]);
        await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Document);
        _upstream.Answer = (context, body) => AnswerAsync(context, 500, body);
        await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Document, status: 500, isOriginal: true);
        _upstream.Answer = async (context, body) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {body}\n\n");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        try
        {
            await AskAsync(HttpMethod.Post, "/gateway/model/v1/messages", Document, status: 502);
        }
        catch (HttpRequestException)
        {
            // Where the answer had begun it is broken off.
        }

        await AskAsync(HttpMethod.Post, "/gateway/gone/v1", Document, status: 502);
        _upstream.Answer = static (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await AskAsync(HttpMethod.Post, "/gateway/slow/v1", Document, status: 504);
        await AskAsync(HttpMethod.Post, "/gateway/strict/v1", Document, status: 422);

        static Task AnswerAsync(HttpContext context, int status, string body)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = Json;
            return context.Response.WriteAsync(body);
        }
    }

    /// <summary>Values where none belong.</summary>
    private async Task FailAsync()
    {
        _upstream.Answer = static (_, _) => Task.CompletedTask;
        string[] routes = ["/v1/pseudonymize", "/v1/repersonalize", "/v1/mask", "/v1/unmask", "/v1/detect", "/gateway/model/v1"];
        foreach (var route in routes)
        {
            await AskAsync(HttpMethod.Post, route, $$"""{"document":{{Document}}""", status: 400);
            await AskAsync(HttpMethod.Post, route, Document + Text, status: 400);
            await AskAsync(HttpMethod.Post, route, Document, "application/octet-stream", status: 415);
            await AskAsync(HttpMethod.Post, route, Document, "application/json; charset=utf-16", status: 415);
            foreach (var value in PlantedValues.OfEachForm)
            {
                var escaped = Uri.EscapeDataString(value);
                var quoted = JsonSerializer.Serialize(value);
                await AskAsync(HttpMethod.Post, $"{route}/{escaped}", "{}", status: null);
                await AskAsync(HttpMethod.Post, $"{route}?owner={escaped}", """{"document":{}}""", status: null);
                await AskAsync(HttpMethod.Post, $"{route}?{escaped}=1&scope={escaped}&ttl={escaped}", """{"document":{}}""", status: null);
                await AskAsync(HttpMethod.Post, route, """{"document":{}}""", status: null, headers:
                [
                    ("Idempotency-Key", escaped), ("Mask-Scope", escaped), ("X-Customer", escaped), ("User-Agent", escaped), ("baggage", "customer=" + escaped), ("tracestate", "customer=" + escaped),
                    ("Referer", "https://example.com/" + escaped), ("Accept-Language", escaped), ("Last-Event-ID", escaped),
                ]);
                if (!route.StartsWith(GatewayApi.Path, StringComparison.Ordinal))
                {
                    await AskAsync(HttpMethod.Post, route, $$"""{"document":{},{{quoted}}:1}""", status: 400);
                    await AskAsync(HttpMethod.Post, route, $$"""{"document":{},"scope":{{quoted}},"ttlSeconds":{{quoted}},"mode":{{quoted}},"style":{{quoted}},"fields":{{quoted}}}""", status: 400);
                    await AskAsync(HttpMethod.Post, route, $$"""{"document":{},"modes":{{{quoted}}:{{quoted}}},"dictionary":{{{quoted}}:{{quoted}}},"types":[{{quoted}}]}""", status: 400);
                }
            }
        }

        foreach (var value in PlantedValues.OfEachForm)
        {
            var (escaped, quoted) = (Uri.EscapeDataString(value), JsonSerializer.Serialize(value));
            await AskAsync(HttpMethod.Post, "/v1/mask", $$"""{"text":"","modes":{{{quoted}}:"mask"} }""", status: 400);
            await AskAsync(HttpMethod.Post, "/v1/mask", $$"""{"text":"","scope":{{quoted}} }""", status: 400);
            await AskAsync(HttpMethod.Post, "/v1/detect", $$"""{"text":"","types":[{{quoted}}],"dictionary":{{{quoted}}:["abc"]} }""", status: null);
            await AskAsync(HttpMethod.Post, "/v1/pseudonymize", $$"""{"document":1,"fields":[{{quoted}},".",{{JsonSerializer.Serialize(value + "..")}}] }""", status: 400);
            await AskAsync(HttpMethod.Post, "/v1/pseudonymize", $"{{\"a\":1}}\n{value}\n", PrivacyClient.LinesMediaType, status: 400);
            await AskAsync(HttpMethod.Get, "/v1/pseudonyms/" + escaped, status: 404);
            await AskAsync(HttpMethod.Delete, "/v1/subjects/" + escaped, status: null);
            await AskAsync(HttpMethod.Get, "/v1/receipts/" + escaped, status: 404);
            await AskAsync(HttpMethod.Get, "/v1/restores?limit=" + escaped, status: 400);
            await AskAsync(HttpMethod.Get, "/gateway/" + escaped + "/v1", status: 404);
            await AskAsync(new HttpMethod("PATCH"), "/v1/mask", Document, status: 405);
        }
    }

    private async Task AskWhatWasCalledAsync()
    {
        using var admin = Client(PlatformId.New("usr"), "admin");
        foreach (var client in (HttpClient[])[_client, admin])
        {
            _answers.Add(await client.GetStringAsync("/v1/stats", Stop));
            _answers.Add(await client.GetStringAsync("/v1/restores?limit=200", Stop));
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "Last-Event-ID", "0-0" } } };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            await foreach (var one in SseParser.Create(await response.Content.ReadAsStreamAsync(Stop)).EnumerateAsync(Stop).Take(500))
            {
                _answers.Add(one.Data);
            }
        }
    }

    private async Task EraseAsync()
    {
        // What is written behind the answers is to be in the files too.
        await AskAsync(HttpMethod.Post, "/v1/unmask", """{"text":"","style":"format"}""", status: 400);
        await Eventually.TrueAsync(
            async () => JsonDocument.Parse(await _client.GetStringAsync("/v1/stats", Stop)).RootElement.GetProperty("codes").TryGetProperty("scope_required", out _), Patience, "the last call is counted");
        Assert.Equal("OK", await _redis.CommandAsync("SAVE"));
        File.Copy(Path.Combine(_redis.DataDirectory, "dump.rdb"), Path.Combine(_redis.DataDirectory, "before.rdb"));
        var erased = await AskAsync(HttpMethod.Delete, "/v1/subjects/me");
        _answers.Add(erased);
        _answers.Add(await AskAsync(HttpMethod.Get, "/v1/receipts/" + JsonDocument.Parse(erased).RootElement.GetProperty("id").GetString()));
        Assert.Equal("OK", await _redis.CommandAsync("SAVE"));
    }

    /// <summary>One without spans of its own: those are the caller's.</summary>
    private HttpClient Client(string userId, params string[] roles) => new(new SocketsHttpHandler { ActivityHeadersPropagator = null })
    {
        BaseAddress = _privacy.ClientOptions.BaseAddress,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _privacy.Issuer.UserToken(userId, roles)) },
    };

    /// <param name="status">What is expected; null for any but a success that would hide a mistake of the test.</param>
    /// <param name="isOriginal">Whether a failure is the upstream's, with originals of the caller.</param>
    private async Task<string> AskAsync(
        HttpMethod method, string path, string? body = null, string mediaType = Json, int? status = 200, bool isOriginal = false, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request, Stop);
        var answer = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(status is null || (int)response.StatusCode == status, $"{method} {path}: {(int)response.StatusCode} instead of {status}: {answer}");
        Assert.NotEqual(HttpStatusCode.InternalServerError, isOriginal ? HttpStatusCode.OK : response.StatusCode);
        _answers.Add(string.Join('\n', response.Headers.Concat(response.Content.Headers).Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
        if (!response.IsSuccessStatusCode && !isOriginal)
        {
            _answers.Add(answer);
        }

        return answer;
    }
}
