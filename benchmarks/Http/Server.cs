using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Platform.Redis;
using Platform.Redis.Caching;
using Platform.Redis.Keys;
using Platform.Redis.RateLimiting;
using Platform.TestKit;

namespace Platform.Benchmarks.Http;

/// <summary>One Kestrel with every route, as a service is built.</summary>
internal static class Server
{
    private static readonly KeyRegistry Registry = new("benchmark", "bench:");

    private static readonly ClaimsPrincipal[] Callers =
        [.. Enumerable.Range(0, 1000).Select(i => new ClaimsPrincipal(new ClaimsIdentity([new("iss", "benchmark"), new("sub", $"usr_{i}")], "benchmark")))];

    private static int _requests;

    public static async Task<WebApplication> StartAsync(RedisServer redis, bool telemetry)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["ConnectionStrings:redis"] = redis.ConnectionString;
        builder.Configuration["Sealing:Key"] = RandomNumberGenerator.GetHexString(64);
        builder.AddPlatformRedis("redis", Registry).AddCaching().AddIdempotency().AddRateLimiting(Limit);
        if (!telemetry)
        {
            builder.Services.RemoveTelemetryListeners();
        }

        var app = builder.Build();
        app.Use(next => context =>
        {
            // Who calls, as an authentication handler would say: for each route at the same cost.
            var path = context.Request.Path.Value!;
            context.User = Callers[path.EndsWith("/hot", StringComparison.Ordinal) ? 0 : Interlocked.Increment(ref _requests) % Callers.Length];
            return next(context);
        });
        app.UseRouting();
        app.UseRateLimiter();
        app.MapGet("/hello", () => "Hello World!");
        app.MapPost("/plain", (Purchase purchase) => TypedResults.Ok(Receipt.Of(purchase)));
        app.MapPost("/idempotent", (Purchase purchase) => TypedResults.Ok(Receipt.Of(purchase))).WithIdempotency();
        app.MapCachedGet("/cached", "prices:all", static (_, _) => ValueTask.FromResult(CachedContentHttpResult.Json(Purchase.Example)));
        foreach (var policy in (string[])["gcra", "window", "hot"])
        {
            app.MapGet("/limited/" + policy, () => "Hello World!").RequireRateLimiting(policy);
        }

        await app.StartAsync();
        return app;
    }

    // Nothing is refused: a refusal would be cheaper than an answer.
    private static void Limit(RedisRateLimitingOptions options)
    {
        options.Policies["gcra"] = new RateLimitPolicyOptions { Limit = 60_000 };
        options.Policies["window"] = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 60_000 };
        options.Policies["hot"] = new RateLimitPolicyOptions { Limit = 10_000_000 };
    }

    public static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}

/// <summary>What is posted.</summary>
internal sealed record Purchase(string Name, string Email, int Amount, string Note)
{
    public static Purchase Example { get; } = new("Ada Lovelace", "ada@example.org", 1815, "0123456789abcdef0123456789abcdef");
}

/// <summary>What is answered.</summary>
internal sealed record Receipt(Guid Id, string Name, int Amount, string State)
{
    public static Receipt Of(Purchase purchase) => new(Guid.NewGuid(), purchase.Name, purchase.Amount, "accepted");
}
