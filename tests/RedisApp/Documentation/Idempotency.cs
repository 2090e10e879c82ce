using Platform.Redis.Idempotency;
using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Idempotency
{
    public static void Map(WebApplicationBuilder builder, WebApplication app)
    {
        // <docs:idempotency 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry).AddIdempotency();

        app.MapPost("/orders", (Order order) => TypedResults.Created($"/orders/{order.Id}", order))
            .RequireAuthorization()
            .WithIdempotency(options => options.Required = true);
        // </docs>
    }
}

internal sealed record Order(string Id, string Item);
