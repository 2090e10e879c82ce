using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StandIns.Clients.Tests.Support;

/// <summary>A real HTTP server on a free loopback port.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _hits = new();

    private LoopbackServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public string Authority => Address.Authority;

    public IServiceProvider Services => _app.Services;

    public static Task<LoopbackServer> StartAsync(RequestDelegate answer)
        => StartAsync(_ => { }, app => app.Run(answer));

    public static async Task<LoopbackServer> StartAsync(Action<WebApplicationBuilder> build, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        build(builder);

        var app = builder.Build();
        var server = new LoopbackServer(app);
        app.Use(async (context, next) =>
        {
            server._hits.AddOrUpdate(context.Request.Path, 1, static (_, count) => count + 1);
            await next(context);
        });
        map(app);
        await app.StartAsync();
        return server;
    }

    public int Hits(string path) => _hits.GetValueOrDefault(path);

    public int Hits() => _hits.Values.Sum();

    public HttpClient CreateClient() => new() { BaseAddress = Address };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
