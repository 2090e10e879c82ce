using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.Gateway;

namespace PrivacyService.Tests.Gateway;

public sealed class GatewayTests(RedisFixture redis) : UpstreamTests(redis)
{
    private const string Secret = "sk-upstream-key-that-nobody-logs";
    private const string Prompt = """
        {"model":"claude-sonnet-4-5","max_tokens":1024,"stream":false,"messages":[{"role":"user","content":"Why can arn:aws:iam::123456789012:role/ops not reach vpc-0a1b2c3d4e5f60718? Tell ada@example.com."}]}
        """;

    [Fact]
    public async Task Forward_Prompt_IsMaskedOnTheWayOutAndRestoredOnTheWayBack()
    {
        using var client = Privacy.Person(Ada);

        using var response = await PostAsync(client, "/gateway/model/v1/messages?beta=true", Prompt);

        Assert.Equal(Prompt, await response.Content.ReadAsStringAsync(Stop));
        var call = Assert.Single(Upstream.Calls);
        Assert.Equal("POST /base/v1/messages?beta=true", call.Target);
        Assert.All(["123456789012", "role/ops", "vpc-0a1b", "ada@example.com"], planted => Assert.DoesNotContain(planted, call.Body, StringComparison.Ordinal));
        Assert.Equal("claude-sonnet-4-5", JsonDocument.Parse(call.Body).RootElement.GetProperty("model").GetString());
        Assert.Equal("4", response.Headers.GetValues(GatewayApi.CountHeader).Single());
        Assert.Equal("4", response.Headers.GetValues(GatewayApi.RestoredHeader).Single());
        Assert.StartsWith("request:psn_", response.Headers.GetValues(GatewayApi.ScopeHeader).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_WithoutATokenOfThePlatform_IsToldWhereItGoes()
    {
        using var client = Privacy.CreateClient();

        var (code, detail) = await PostAsync(client, "/gateway/model/v1/messages", Prompt).ReadProblemWithDetailAsync(401);

        Assert.Equal("unauthorized", code);
        Assert.Contains($"{GatewayCredentials.Header}: Bearer", detail, StringComparison.Ordinal);
        Assert.Empty(Upstream.Calls);
    }

    [Fact]
    public async Task Forward_CredentialsOfTheUpstream_ReachItAndTheirOwnStayHere()
    {
        using var client = Privacy.Person(Ada);
        var platform = client.DefaultRequestHeaders.Authorization!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        client.DefaultRequestHeaders.Add(GatewayCredentials.Header, platform.ToString());
        client.DefaultRequestHeaders.Add("x-api-key", Secret);
        client.DefaultRequestHeaders.Add("Cookie", "session=1");
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        using var response = await PostAsync(client, "/gateway/model/v1/chat/completions", Prompt);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var headers = Upstream.Last.Headers;
        Assert.Equal(("Bearer " + Secret, Secret), (headers["Authorization"], headers["x-api-key"]));
        Assert.All(headers.Values, value => Assert.DoesNotContain(platform.Parameter!, value, StringComparison.Ordinal));
        Assert.All(["Cookie", "X-Forwarded-For", "traceparent", GatewayCredentials.Header, GatewayApi.ScopeHeader], name => Assert.DoesNotContain(name, headers.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(Secret, Privacy.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_TokenOfThePlatformAlone_DoesNotReachTheUpstream()
    {
        using var client = Privacy.Person(Ada);

        using var response = await PostAsync(client, "/gateway/model/v1/messages", Prompt);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("Authorization", Upstream.Last.Headers.Keys);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", "vpc-0a1b2c3d4e5f60718 for ada@example.com")]
    [InlineData("application/vnd.api+json", """["vpc-0a1b2c3d4e5f60718"]""")]
    public async Task Forward_OtherText_IsMaskedAndRestored(string mediaType, string body)
    {
        using var client = Privacy.Person(Ada);

        using var response = await PostAsync(client, "/gateway/model/any", body, mediaType);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Stop));
        Assert.DoesNotContain("0a1b2c3d4e5f60718", Upstream.Last.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/octet-stream", "ada@example.com", 415, "cannot_be_masked")]
    [InlineData("text/plain; charset=utf-16", "ada@example.com", 415, "unsupported_charset")]
    [InlineData("application/json", "{\"to\":", 400, "invalid_document")]
    public async Task Forward_WhatCannotBeMasked_ReachesNobody(string mediaType, string body, int status, string code)
    {
        using var client = Privacy.Person(Ada);

        Assert.Equal(code, await PostAsync(client, "/gateway/model/any", body, mediaType).ReadProblemAsync(status));
        Assert.Empty(Upstream.Calls);
    }

    [Theory]
    [InlineData("/gateway/model/v1/files/i-0a1b2c3d4e5f60718", "in the path;")]
    [InlineData("/gateway/model/v1?user=ada%40example.com", "in the query;")]
    [InlineData("/gateway/model/v1?user=ada%252540example.com", "in the query;")]
    [InlineData("/gateway/model/v1?phone=%2B49%2030%201234567", "in the query;")]
    [InlineData("/gateway/model/v1/cards/4111111111111111", "in the path;")]
    public async Task Forward_IdentifierInPathOrQuery_ReachesNobody(string path, string where)
    {
        using var client = Privacy.Person(Ada);

        var (code, detail) = await client.GetAsync(path, Stop).ReadProblemWithDetailAsync(422);

        Assert.Equal("residual_identifier", code);
        Assert.Contains(where, detail, StringComparison.Ordinal);
        Assert.Empty(Upstream.Calls);
    }

    /// <summary>On a real server, which undoes one layer of percent signs itself.</summary>
    [Theory]
    [InlineData("/gateway/model/%252e%252e/admin")]
    [InlineData("/gateway/model/v1/..%2f..%2fadmin")]
    [InlineData("/gateway/model//evil.example/x")]
    [InlineData("/gateway/model/v1%5C..%5Cadmin")]
    public async Task Forward_PathThatLeadsElsewhere_ReachesNobody(string path)
    {
        Privacy.UseKestrel(port: 0);
        using var client = Privacy.Person(Ada);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal("path_leads_elsewhere", await client.SendAsync(request, Stop).ReadProblemAsync(400));
        Assert.Empty(Upstream.Calls);
    }

    [Fact]
    public async Task Forward_HeadersOfTheAnswerThatAreNotTheUpstreams_DoNotComeBack()
    {
        using var client = Privacy.Person(Ada);
        string[] foreign =
        [
            "Set-Cookie", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Alt-Svc", "Strict-Transport-Security", "Clear-Site-Data", "traceparent",
            "Server", "Idempotency-Expires", "X-RateLimit-Limit", "RateLimit-Policy", "Mask-Restored", "Mask-Anything",
        ];
        Upstream.Answer = (context, _) =>
        {
            foreach (var name in foreign)
            {
                context.Response.Headers[name] = "forged";
            }

            context.Response.Headers[GatewayApi.ScopeHeader] = "conversation:forged";
            context.Response.Headers[GatewayApi.CountHeader] = "99";
            context.Response.Headers.CacheControl = "public, max-age=600";
            context.Response.Headers["X-Request-Id"] = "7";
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("ok");
        };

        using var response = await PostAsync(client, "/gateway/model/any", "{}");

        Assert.All(response.Headers.NonValidated.Where(header => foreign.Contains(header.Key, StringComparer.OrdinalIgnoreCase)), header => Assert.DoesNotContain("forged", header.Value));
        Assert.StartsWith("request:psn_", response.Headers.GetValues(GatewayApi.ScopeHeader).Single(), StringComparison.Ordinal);
        Assert.Equal(("0", "no-store", "7"), (response.Headers.GetValues(GatewayApi.CountHeader).Single(), response.Headers.CacheControl?.ToString(), response.Headers.GetValues("X-Request-Id").Single()));
    }

    [Theory]
    [InlineData("X-Customer", "ada@example.com")]
    [InlineData("X-Customer", "ada%2540example.com")]
    [InlineData("User-Agent", "acme/1.0 (+mailto:ada@example.com)")]
    [InlineData("Idempotency-Key", "order-of-ada@example.com")]
    [InlineData("Referer", "https://console.example.com/i-0a1b2c3d4e5f60718")]
    [InlineData("X-Account-Id", "123456789012")]
    [InlineData("X-Role", "arn:aws:iam::123456789012:role/ops")]
    [InlineData("X-Client", "203.0.113.7 ada@example.com")]
    [InlineData("X-Source", "203.0.113.7")]
    [InlineData("X-Phone", "+49 30 1234567")]
    [InlineData("X-Iban", "DE89 3704 0044 0532 0130 00")]
    public async Task Forward_IdentifierInAHeader_ReachesNobody(string name, string value)
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

        var (code, detail) = await PostAsync(client, "/gateway/model/v1/messages", "{}").ReadProblemWithDetailAsync(422);

        Assert.Equal("residual_identifier", code);
        Assert.Contains("in a header;", detail, StringComparison.Ordinal);
        Assert.Empty(Upstream.Calls);
    }

    [Theory]
    [InlineData("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.86 Safari/537.36 Edg/131.0.0.0")]
    [InlineData("User-Agent", "Boto3/1.35.67 md/Botocore#1.35.67 ua/2.0 os/linux#6.8.0-1018-aws md/arch#x86_64 lang/python#3.12.7")]
    [InlineData("User-Agent", "OpenAI/Python 1.55.0")]
    [InlineData("X-Request-Id", "7b0f3f5e-2f0c-4a52-9a0e-1f0f5a9b1c2d")]
    [InlineData("X-Correlation-Id", "168412345678")]
    [InlineData("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1")]
    [InlineData("X-Amz-Date", "20241121T120000Z")]
    [InlineData("X-Amz-Content-Sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("X-Amz-Target", "DynamoDB_20120810.GetItem")]
    [InlineData("X-B3-TraceId", "463ac35c9f6413ad48485a3953bb6124")]
    [InlineData("X-Cloud-Trace-Context", "105445aa7843bc8bf206b12000100000/1;o=1")]
    [InlineData("Sentry-Trace", "d49d9bf66f13450b81f65bc51cf49c03-1cc4b26ab9094ef0-1")]
    [InlineData("anthropic-version", "2023-06-01")]
    [InlineData("anthropic-beta", "prompt-caching-2024-07-31,computer-use-2024-10-22")]
    [InlineData("OpenAI-Organization", "org-AbCdEf1234567890")]
    [InlineData("OpenAI-Project", "proj_1a2B3c4D5e6F7g8H")]
    [InlineData("X-Stainless-Runtime-Version", "v20.18.1")]
    [InlineData("X-Goog-Api-Client", "gl-python/3.12.7 grpc/1.68.0 gax/2.23.0")]
    [InlineData("Accept-Language", "de-DE, de; q=0.9, en-US; q=0.8")]
    [InlineData("If-None-Match", "W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\"")]
    [InlineData("If-Modified-Since", "Wed, 21 Oct 2015 07:28:00 GMT")]
    [InlineData("Origin", "https://app.example.com:8443")]
    [InlineData("X-Timestamp", "1732190400123")]
    [InlineData("X-Api-Key", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("X-Amz-Security-Token", "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDxyz1234567890abcdEFGH==")]
    public async Task Forward_OrdinaryHeader_ReachesTheUpstreamAsItIs(string name, string value)
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

        using var response = await PostAsync(client, "/gateway/model/v1/messages?api-version=2024-10-01-preview&after=1732190400&key=AIzaSyA1234567890abcdefghijklmnopqrstuv", "{}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(value, Upstream.Last.Headers[name]);
    }

    [Fact]
    public async Task Forward_IdentifierInAHeaderThatMayStay_ReachesTheUpstream()
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.Add("X-Network", "vpc-0a1b2c3d4e5f60718");

        using var response = await PostAsync(client, "/gateway/strict/any", "{}");

        Assert.Equal("vpc-0a1b2c3d4e5f60718", Upstream.Last.Headers["X-Network"]);
    }

    /// <summary>On a real server: the test host has no upgrades.</summary>
    [Fact]
    public async Task Forward_WebSocket_IsRefusedAndReachesNobody()
    {
        Privacy.UseKestrel(port: 0);
        using var client = Privacy.Person(Ada);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/gateway/model/v1/realtime");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));

        Assert.Equal("upgrade_not_supported", await client.SendAsync(request, Stop).ReadProblemAsync(400));
        Assert.Empty(Upstream.Calls);
    }

    [Fact]
    public async Task Forward_ModesOfTheUpstream_AreKept()
    {
        using var client = Privacy.Person(Ada);

        Assert.Equal("blocked_by_policy", await PostAsync(client, "/gateway/strict/any", """{"to":"ada@example.com"}""").ReadProblemAsync(422));
        Assert.Empty(Upstream.Calls);
        using var reported = await PostAsync(client, "/gateway/strict/any", """{"vpc":"vpc-0a1b2c3d4e5f60718"}""");
        Assert.Equal("""{"vpc":"vpc-0a1b2c3d4e5f60718"}""", Upstream.Last.Body);
        Assert.Equal("1", reported.Headers.GetValues(GatewayApi.ReportedHeader).Single());
    }

    [Fact]
    public async Task Forward_SecretInAPrompt_IsRedactedForGood()
    {
        using var client = Privacy.Person(Ada);

        using var response = await PostAsync(client, "/gateway/model/any", """{"key":"AKIAIOSFODNN7EXAMPLE"}""");

        Assert.Equal("""{"key":"[redacted:aws_accesskey]"}""", Upstream.Last.Body);
        Assert.Equal(Upstream.Last.Body, await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Forward_AnswerThatGuessesMasks_GetsNothing()
    {
        using var ada = Privacy.Person(Ada);
        using var masked = await PostAsync(ada, "/gateway/model/any", Prompt);
        var mask = Upstream.Last.Body;
        var guesses = string.Join(' ', Enumerable.Range(1, 999).Select(i => $"AWS_EC2_{i} AWS_EC2_{i:d28} AWS_ACCOUNT_{i:x28}"));

        // Somebody else's masks, and the owner's of another call.
        foreach (var caller in (string[])[Ada, PlatformId.New("usr")])
        {
            using var client = Privacy.Person(caller);
            Upstream.Answer = (context, _) =>
            {
                context.Response.ContentType = "text/plain";
                return context.Response.WriteAsync(mask + guesses);
            };
            using var response = await PostAsync(client, "/gateway/model/any", "{}");
            Assert.Equal(mask + guesses, await response.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task Forward_InForm_SendsStandInsAndRestoresThem()
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.Add(GatewayApi.ScopeHeader, "conversation:43");
        const string prompt = """
            {"role":"user","content":"Why can arn:aws:iam::123456789012:role/ops not reach vpc-0a1b2c3d4e5f60718 (AIDAQ3EGXAMPLE7ABCDEF)? Tell ada@corp.com, +1 415-867-5309, who paid with 4929 1234 5678 9015."}
            """;

        // The second time, there are stand-ins in what is sent.
        var sent = prompt;
        foreach (var _ in (int[])[1, 2])
        {
            using var response = await PostAsync(client, "/gateway/formed/any", sent);
            var restored = await response.Content.ReadAsStringAsync(Stop);

            Assert.Equal(prompt, restored);
            Assert.DoesNotMatch("123456789012|role/ops|vpc-0a1b2c3d|AIDAQ3EG|@corp|867-53|5678 9015|AWS_|PII_", Upstream.Last.Body);
            Assert.Matches("vpc-[0-9a-f]{17} .*psn_[0-9a-z]{28}@example\\.com, \\+1 [2-9][0-9]{2}-555-01[0-9]{2}, who paid with 4[0-9]{3} [0-9]{4} ", Upstream.Last.Body);
            sent = Upstream.Last.Body;
        }
    }

    [Theory]
    [InlineData("vpc-0123456789abcdef0")]
    [InlineData("a psn_00000000000000000000000000aa@example.com")]
    public async Task Forward_InFormWhatIsNoStandIn_IsMasked(string text)
    {
        using var client = Privacy.Person(Ada);

        using var response = await PostAsync(client, "/gateway/formed/any", text, "text/plain");

        Assert.Equal(text, await response.Content.ReadAsStringAsync(Stop));
        Assert.DoesNotContain(text, Upstream.Last.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ModelStream.Names), MemberType = typeof(ModelStream))]
    public async Task Forward_InFormToAModelThatStreams_RestoresStandInsHoweverTheyAreCut(string provider)
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.Add(GatewayApi.ScopeHeader, "conversation:44");
        const string text = "Tell ada@corp.com, +1 415-867-5309 or 4929 1234 5678 9015 of 123: vpc-0a1b2c3d4e5f60718.";
        var stream = ModelStream.Of(provider);
        foreach (var size in (int[])[1, 5, 17])
        {
            Upstream.AnswerEvents(body => stream.Write(body.Chunk(size).Select(piece => new string(piece)), body.Chunk(size + 2).Select(piece => new string(piece))), 100);
            using var response = await PostAsync(client, "/gateway/formed/any", text, "text/plain");

            Assert.Equal((text + '\u0003', text), stream.Read(await response.Content.ReadAsStringAsync(Stop)));
        }
    }

    [Fact]
    public async Task Forward_OneConversation_HasTheSameMasksInEachCall()
    {
        using var client = Privacy.Person(Ada);
        client.DefaultRequestHeaders.Add(GatewayApi.ScopeHeader, "conversation:42");

        await PostAsync(client, "/gateway/model/any", Prompt);
        await PostAsync(client, "/gateway/model/any", Prompt);

        Assert.Single(Upstream.Calls.Select(call => call.Body).Distinct());
    }

    [Fact]
    public async Task Forward_ValueThatComesAMillionTimes_EndsEarlyAndReachesNobody()
    {
        using var client = Privacy.Person(Ada);
        var text = string.Concat(Enumerable.Repeat("a@b.io ", 2_100_000));

        Assert.Equal("too_many_values", await PostAsync(client, "/gateway/model/any", text, "text/plain").ReadProblemAsync(422));
        Assert.Equal("too_many_values", await PostAsync(client, "/gateway/model/any", text[..(7 * 1_000_001)], "text/plain").ReadProblemAsync(422));
        Assert.Empty(Upstream.Calls);
    }

    [Fact]
    public async Task Forward_UnknownUpstream_Is404()
    {
        using var client = Privacy.Person(Ada);

        Assert.Equal("no_such_upstream", await PostAsync(client, "/gateway/other/v1", "{}").ReadProblemAsync(404));
    }

    [Fact]
    public async Task Forward_UpstreamFails_SaysWhoFailed()
    {
        using var client = Privacy.Person(Ada);
        Upstream.Answer = (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        };
        using var limited = await PostAsync(client, "/gateway/model/any", "{}");
        Assert.Equal((429, "7"), ((int)limited.StatusCode, limited.Headers.RetryAfter?.ToString()));

        Assert.Equal("upstream_unreachable", await PostAsync(client, "/gateway/gone/any", "{}").ReadProblemAsync(502));
        Upstream.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        Assert.Equal("upstream_timeout", await PostAsync(client, "/gateway/slow/any", "{}").ReadProblemAsync(504));
    }

    [Fact]
    public async Task Forward_CallerLeaves_TheUpstreamIsLeftToo()
    {
        using var client = Privacy.Person(Ada);
        var left = new TaskCompletionSource();
        Upstream.Answer = async (context, _) =>
        {
            await context.Response.WriteAsync("data: {}\n\n");
            await context.Response.Body.FlushAsync();
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
        };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var call = PostAsync(client, "/gateway/model/any", "{}", stop: leaving.Token);
        await Eventually.TrueAsync(() => Upstream.Calls.Count == 1, TimeSpan.FromSeconds(10), "the upstream is called");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public async Task Forward_RedisStopped_Answers503AndTheUpstreamSawNothing()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = Application(server.ConnectionString);
        using var client = privacy.Person(Ada);
        await PostAsync(client, "/gateway/model/any", Prompt);
        await server.KillAsync();

        Assert.Equal("redis_unavailable", await PostAsync(client, "/gateway/model/any", Prompt).ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await PostAsync(client, "/gateway/model/any", """{"nothing":"to mask"}""").ReadProblemAsync(503));
        Assert.Single(Upstream.Calls);
    }

    [Theory]
    [InlineData("Modes:aws", "blocked", "Privacy:Gateway:Upstreams:wrong:Modes:aws cannot be read: set it to one of Mask, Redact, Block, Report.")]
    [InlineData("Style", "formatted", "Privacy:Gateway:Upstreams:wrong:Style cannot be read: set it to one of Token, Format.")]
    [InlineData("Timeout", "abc", "Privacy:Gateway:Upstreams:wrong:Timeout cannot be read: set it to a time")]
    [InlineData("Stlye", "format", "There is no setting 'Stlye'. Those that there are: Address, Modes, Style, Timeout, TimeToLive.")]
    public void Settings_UpstreamWithOneThatCannotBeRead_AreRefusedAndSayWhich(string setting, string value, string said)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Privacy:Gateway:Upstreams:wrong:Address", Upstream.Address), new("Privacy:Gateway:Upstreams:wrong:" + setting, value),
        ]);
        builder.AddServiceDefaults();
        builder.Services.AddGateway();
        using var services = builder.Services.BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<GatewayOptions>>().Value);

        Assert.StartsWith(said, refused.Message, StringComparison.Ordinal);
    }

    private protected override IEnumerable<(string Name, string Value)> Settings(string address) =>
    [
        ("Privacy:Gateway:Upstreams:model:Address", address + "/base"),
        ("Privacy:Gateway:Upstreams:strict:Address", address),
        ("Privacy:Gateway:Upstreams:strict:Modes:email", "block"),
        ("Privacy:Gateway:Upstreams:strict:Modes:aws", "report"),
        ("Privacy:Gateway:Upstreams:formed:Address", address),
        ("Privacy:Gateway:Upstreams:formed:Style", "format"),
        ("Privacy:Gateway:Upstreams:slow:Address", address),
        ("Privacy:Gateway:Upstreams:slow:Timeout", "00:00:01"),
        ("Privacy:Gateway:Upstreams:gone:Address", "http://127.0.0.1:1"),
    ];

    private static Task<HttpResponseMessage> PostAsync(
        HttpClient client, string path, string body, string mediaType = "application/json", CancellationToken? stop = null) =>
        client.PostAsync(path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } }, stop ?? Stop);
}
