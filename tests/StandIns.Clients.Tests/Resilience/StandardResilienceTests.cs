using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Resilience;

public sealed class StandardResilienceTests
{
    [Fact]
    public void Options_AsTheyComeHaveThePackagesDefaults()
    {
        var options = new HttpStandardResilienceOptions();

        Assert.Equal(1000, options.RateLimiter.DefaultRateLimiterOptions.PermitLimit);
        Assert.Equal(0, options.RateLimiter.DefaultRateLimiterOptions.QueueLimit);
        Assert.Equal(TimeSpan.FromSeconds(30), options.TotalRequestTimeout.Timeout);
        Assert.Equal((3, TimeSpan.FromSeconds(2), DelayBackoffType.Exponential, true, true), (
            options.Retry.MaxRetryAttempts, options.Retry.Delay, options.Retry.BackoffType, options.Retry.UseJitter, options.Retry.ShouldRetryAfterHeader));
        Assert.Equal((0.1, 100, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (
            options.CircuitBreaker.FailureRatio, options.CircuitBreaker.MinimumThroughput, options.CircuitBreaker.SamplingDuration, options.CircuitBreaker.BreakDuration));
        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
    }

    [Theory]
    [InlineData(200, 1)]
    [InlineData(302, 1)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(408, 4)]
    [InlineData(429, 4)]
    [InlineData(500, 4)]
    [InlineData(503, 4)]
    [InlineData(599, 4)]
    public async Task Status_Transient_IsTriedFourTimesInAll(int status, int attempts)
    {
        using var stub = new StubHandler((HttpStatusCode)status);
        await using var services = Build(stub);

        using var response = await Client(services).GetAsync("http://api/");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(attempts, stub.Calls);
    }

    [Fact]
    public async Task Exception_OfTheConnection_IsRetried_OthersAreNot()
    {
        using var transient = new StubHandler((call, _, _) => call < 3 ? throw new HttpRequestException("reset") : Task.FromResult(new HttpResponseMessage()));
        using var permanent = new StubHandler((_, _, _) => throw new InvalidOperationException("bug"));
        await using var services = Build(transient);
        await using var others = Build(permanent);

        using var response = await Client(services).GetAsync("http://api/");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client(others).GetAsync("http://api/"));

        Assert.Equal((3, 1), (transient.Calls, permanent.Calls));
    }

    [Fact]
    public async Task Retry_ResponseSaysWhen_WaitsAsLong()
    {
        List<TimeSpan> delays = [];
        using var stub = new StubHandler(call =>
        {
            var response = new HttpResponseMessage(call switch { 1 => HttpStatusCode.TooManyRequests, 2 or 3 => HttpStatusCode.ServiceUnavailable, _ => HttpStatusCode.OK });
            response.Headers.RetryAfter = call switch
            {
                1 => new(TimeSpan.FromMilliseconds(1000)),
                2 => new(DateTimeOffset.UtcNow.AddSeconds(-5)),
                _ => null,
            };
            return response;
        });
        await using var services = Build(stub, options =>
        {
            options.Retry.UseJitter = false;
            options.Retry.BackoffType = DelayBackoffType.Constant;
            options.Retry.Delay = TimeSpan.FromMilliseconds(7);
            options.Retry.OnRetry = arguments =>
            {
                delays.Add(arguments.RetryDelay);
                return default;
            };
        });

        using var response = await Client(services).GetAsync("http://api/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromMilliseconds(7)], delays);
    }

    [Fact]
    public async Task Retry_HeaderSwitchedOff_WaitsAsConfigured()
    {
        TimeSpan? delay = null;
        using var stub = new StubHandler(call => new HttpResponseMessage(call == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)
        {
            Headers = { RetryAfter = new(TimeSpan.FromSeconds(20)) },
        });
        await using var services = Build(stub, options =>
        {
            options.Retry.ShouldRetryAfterHeader = false;
            options.Retry.OnRetry = arguments =>
            {
                delay = arguments.RetryDelay;
                return default;
            };
        });

        using var response = await Client(services).GetAsync("http://api/");
        Assert.Equal(TimeSpan.Zero, delay);
    }

    [Theory]
    [InlineData("GET", 4)]
    [InlineData("HEAD", 4)]
    [InlineData("POST", 1)]
    [InlineData("PUT", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("DELETE", 1)]
    public async Task DisableForUnsafeHttpMethods_TriesThoseOnce(string method, int attempts)
    {
        using var answering = new StubHandler(HttpStatusCode.ServiceUnavailable);
        using var failing = new StubHandler((_, _, _) => throw new HttpRequestException("reset"));
        await using var answers = Build(answering, options => options.Retry.DisableForUnsafeHttpMethods());
        await using var failures = Build(failing, options => options.Retry.DisableForUnsafeHttpMethods());

        using var response = await Client(answers).SendAsync(new HttpRequestMessage(new HttpMethod(method), "http://api/"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Client(failures).SendAsync(new HttpRequestMessage(new HttpMethod(method), "http://api/")));

        Assert.Equal((attempts, attempts), (answering.Calls, failing.Calls));
    }

    [Fact]
    public async Task Retry_PostWithContent_SendsTheSameBytesAgain()
    {
        var received = new List<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            lock (received)
            {
                received.Add(body);
                context.Response.StatusCode = received.Count % 3 == 0 ? 200 : 503;
            }
        });
        await using var services = Build(new SocketsHttpHandler());
        var client = Client(services);

        using var text = await client.PostAsync(server.Address, new StringContent("text"));
        using var stream = await client.PostAsync(server.Address, new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("stream"))));

        Assert.Equal(["text", "text", "text", "stream", "stream", "stream"], received);
    }

    [Fact]
    public async Task Retry_ContentThatCanBeReadOnce_FailsRatherThanSendsNothing()
    {
        var answered = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref answered);
            context.Response.StatusCode = 503;
        });
        await using var services = Build(new SocketsHttpHandler());

        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => Client(services).PostAsync(server.Address, new StreamContent(new ForwardOnlyStream("once"))));
        Assert.IsType<InvalidOperationException>(exception.GetBaseException());
        Assert.Equal(1, answered);
    }

    [Fact]
    public async Task Retry_ResponsesInBetween_AreDisposedOf()
    {
        var disposed = 0;
        using var stub = new StubHandler(call => new HttpResponseMessage(call < 4 ? HttpStatusCode.BadGateway : HttpStatusCode.OK)
        {
            Content = new StreamContent(new ForwardOnlyStream("body", () => Interlocked.Increment(ref disposed))),
        });
        await using var services = Build(stub);

        using var response = await Client(services).GetAsync("http://api/", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, disposed);
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AttemptTimeout_EachAttempt_IsCutShortAndRetried()
    {
        using var stub = new StubHandler(async (call, _, cancellationToken) =>
        {
            await Task.Delay(call < 3 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
            return new HttpResponseMessage();
        });
        await using var services = Build(stub, options => options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100));

        using var response = await Client(services).GetAsync("http://api/");
        Assert.Equal(3, stub.Calls);
    }

    [Fact]
    public async Task TotalRequestTimeout_OverAllAttempts_Ends()
    {
        using var stub = new StubHandler(async (_, _, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage();
        });
        await using var services = Build(stub, options =>
        {
            options.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(300);
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(200);
        });

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Client(services).GetAsync("http://api/"));
        Assert.InRange(stub.Calls, 1, 2);
    }

    [Fact]
    public async Task Caller_GivesUp_IsNotRetried()
    {
        using var patience = new CancellationTokenSource();
        using var stub = new StubHandler(async (_, _, cancellationToken) =>
        {
            await patience.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage();
        });
        await using var services = Build(stub);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(services).GetAsync("http://api/", patience.Token));
        Assert.Equal(1, stub.Calls);
    }

    [Fact]
    public async Task CircuitBreaker_ManyFailures_BreaksForAllClientsOfTheName()
    {
        using var stub = new StubHandler(HttpStatusCode.InternalServerError);
        await using var services = Build(stub, options =>
        {
            options.Retry.ShouldHandle = _ => ValueTask.FromResult(false);
            options.CircuitBreaker.MinimumThroughput = 5;
            options.CircuitBreaker.FailureRatio = 0.5;
        });

        for (var request = 0; request < 5; request++)
        {
            using var response = await Client(services).GetAsync("http://api/");
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => Client(services).GetAsync("http://api/"));
        Assert.Equal(5, stub.Calls);
    }

    [Fact]
    public async Task SelectPipelineByAuthority_OneHostFails_OthersGoOn()
    {
        using var stub = new StubHandler((_, request, _) => Task.FromResult(new HttpResponseMessage(
            request.RequestUri!.Host == "bad" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)));
        var collection = new ServiceCollection();
        collection.AddHttpClient("client").ConfigurePrimaryHttpMessageHandler(() => stub).AddStandardResilienceHandler(options =>
        {
            options.Retry.ShouldHandle = _ => ValueTask.FromResult(false);
            options.CircuitBreaker.MinimumThroughput = 2;
        }).SelectPipelineByAuthority();
        await using var services = collection.BuildServiceProvider();
        var client = Client(services);

        using var first = await client.GetAsync("http://bad/");
        using var second = await client.GetAsync("http://bad/");

        await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync("http://bad/other"));
        using var good = await client.GetAsync("http://good/");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task RateLimiter_MoreAtOnceThanAllowed_RejectsTheRest()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stub = new StubHandler(async (_, _, _) =>
        {
            await gate.Task;
            return new HttpResponseMessage();
        });
        await using var services = Build(stub, options => options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = 2);
        var client = Client(services);

        var first = client.GetAsync("http://api/");
        var second = client.GetAsync("http://api/");
        await Assert.ThrowsAsync<RateLimiterRejectedException>(() => client.GetAsync("http://api/"));
        gate.SetResult();
        using var one = await first;
        using var two = await second;
        using var after = await client.GetAsync("http://api/");

        Assert.Equal(3, stub.Calls);
    }

    [Fact]
    public async Task Client_WithStandardHandler_HasNoTimeoutOfItsOwn()
    {
        using var stub = new StubHandler(HttpStatusCode.OK);
        await using var services = Build(stub);

        Assert.Equal(Timeout.InfiniteTimeSpan, Client(services).Timeout);
    }

    [Fact]
    public async Task Send_Synchronously_IsRetriedToo()
    {
        var calls = 0;
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var services = Build(new SocketsHttpHandler());

        using var response = Client(services).Send(new HttpRequestMessage(HttpMethod.Get, server.Address));

        Assert.Equal((HttpStatusCode.OK, 3), (response.StatusCode, calls));
    }

    private static HttpClient Client(IServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("client");

    private static ServiceProvider Build(HttpMessageHandler primary, Action<HttpStandardResilienceOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("client").ConfigurePrimaryHttpMessageHandler(() => primary).AddStandardResilienceHandler(options =>
        {
            options.Retry.Delay = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    private sealed class ForwardOnlyStream(string text, Action? disposed = null) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override bool CanSeek => false;

        protected override void Dispose(bool disposing)
        {
            disposed?.Invoke();
            base.Dispose(disposing);
        }
    }
}
