using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;
using Platform.RedisApp;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

/// <summary>A Kestrel in the test's process, with endpoints under policies.</summary>
internal sealed class RateLimitedApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RateLimitedApplication(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RateLimitedApplication> StartAsync(
        string connectionString, string prefix, Action<RedisRateLimitingOptions> configure, Action<ForwardedHeadersOptions>? forwarded = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:redis"] = connectionString;
        builder.Configuration["Redis:Isolation"] = RedisFixture.Isolation;
        builder.Services.AddProblemDetails();
        builder.Services.AddTestAuthentication();
        builder.Services.Configure<ForwardedHeadersOptions>(headers =>
        {
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            forwarded?.Invoke(headers);
        });
        builder.AddPlatformRedis("redis", TestKeys.Registry, redis => redis.KeyPrefix = prefix).AddRateLimiting(configure);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapGet("/", () => "ok");
        app.MapGet("/alive", () => "alive");
        app.MapGet("/free", () => "ok").DisableRateLimiting();
        app.MapGet("/dear", () => "ok").WithRateLimitCost(5);
        app.MapGet("/named", () => "ok").RequireRateLimiting("named");
        app.MapGet("/failing", () => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/throwing", string () => throw new InvalidOperationException("On purpose."));
        app.MapGet("/events", async (HttpResponse response, CancellationToken cancelled) =>
        {
            response.ContentType = "text/event-stream";
            for (var beat = 0; beat < 5; beat++)
            {
                await response.WriteAsync(": hb\n\n", cancelled);
                await response.Body.FlushAsync(cancelled);
            }
        });
        app.MapRateLimitsApi();
        await app.StartAsync();
        return new RateLimitedApplication(app);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? user = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, user, null, headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? user, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>How many of so many requests are answered with 200.</summary>
    public async Task<int> GrantedAsync(int requests, string path, string? user = null, params (string Name, string Value)[] headers)
    {
        var granted = 0;
        for (var i = 0; i < requests; i++)
        {
            using var response = await GetAsync(path, user, headers);
            granted += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return granted;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
