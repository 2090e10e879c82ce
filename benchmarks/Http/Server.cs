using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Platform.Redis;
using Platform.Redis.Keys;
using Platform.TestKit;

namespace Platform.Benchmarks.Http;

/// <summary>One Kestrel with every route, as a service is built.</summary>
internal static class Server
{
    private static readonly KeyRegistry Registry = new("benchmark", "bench:");

    public static async Task<WebApplication> StartAsync(RedisServer redis, bool telemetry)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["ConnectionStrings:redis"] = redis.ConnectionString;
        builder.AddPlatformRedis("redis", Registry);
        if (!telemetry)
        {
            builder.Services.RemoveTelemetryListeners();
        }

        var app = builder.Build();
        app.MapGet("/hello", () => "Hello World!");
        app.MapPost("/plain", (Order order) => TypedResults.Ok(Receipt.Of(order)));
        await app.StartAsync();
        return app;
    }

    public static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}

/// <summary>What is posted.</summary>
internal sealed record Order(string Name, string Email, int Amount, string Note);

/// <summary>What is answered.</summary>
internal sealed record Receipt(Guid Id, string Name, int Amount, string State)
{
    public static Receipt Of(Order order) => new(Guid.NewGuid(), order.Name, order.Amount, "accepted");
}
