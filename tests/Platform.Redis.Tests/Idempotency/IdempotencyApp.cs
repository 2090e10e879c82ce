using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Redis.Guarantees;
using Platform.Redis.Idempotency;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Idempotency;

/// <summary>A web application on a real server, whose callers are who <c>X-User</c> says.</summary>
internal sealed class IdempotencyApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IdempotencyApp(WebApplication app, LogCollector logs, string prefix)
    {
        _app = app;
        Logs = logs;
        Prefix = prefix;
        Client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 })
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
    }

    public HttpClient Client { get; }

    public LogCollector Logs { get; }

    public string Prefix { get; }

    public IServiceProvider Services => _app.Services;

    public ICapability Capability => Services.GetServices<ICapability>().Single(one => one.Name == "idempotency");

    public static async Task<IdempotencyApp> StartAsync(
        string connectionString, Action<WebApplication> map, Action<IdempotencyOptions>? options = null, Action<RedisOptions>? redis = null,
        string environment = "Production")
    {
        var prefix = RedisFixture.NewPrefix();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "testservice" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = connectionString,
            ["Redis:KeyPrefix"] = prefix,
            ["Sealing:Key"] = "0123456789abcdef0123456789abcdef",
        });
        var logs = new LogCollector();
        builder.Logging.AddProvider(logs);
        builder.Services.AddRoutingCore();
        builder.AddPlatformRedis("redis", TestKeys.Registry, redis).AddIdempotency(options);
        var app = builder.Build();
        app.UseExceptionHandler();
        app.Use((context, next) =>
        {
            if (context.Request.Headers["X-User"] is [{ } user])
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user)], "test"));
            }

            return next(context);
        });
        app.UseRouting();
        map(app);
        app.UseEndpoints(static _ => { });
        await app.StartAsync();
        return new IdempotencyApp(app, logs, prefix);
    }

    /// <summary>Posts, as Ada unless told otherwise.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string path, string? key, string body = "{}", string? user = "ada", HttpMethod? method = null, params string[] furtherKeys)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach (var one in (string?[])[key, .. furtherKeys])
        {
            if (one is not null)
            {
                request.Headers.TryAddWithoutValidation("Idempotency-Key", one);
            }
        }

        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
