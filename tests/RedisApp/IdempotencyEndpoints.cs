using System.Globalization;
using Platform.Redis;
using Platform.Redis.Idempotency;

namespace Platform.RedisApp;

/// <summary>Orders whose effects are lines of a file that all replicas share: <c>Test:Effects</c>.</summary>
internal static class IdempotencyEndpoints
{
    public static void MapIdempotencyEndpoints(this WebApplication app)
    {
        var effects = app.Configuration["Test:Effects"];
        var orders = app.MapGroup("/idempotency").RequireAuthorization();
        orders.MapPost("/orders", (HttpContext context, int? wait) => OrderAsync(context, effects, wait ?? 0))
            .WithIdempotency(options => options.Required = true);
        orders.MapPost("/waiting", (HttpContext context, int? wait) => OrderAsync(context, effects, wait ?? 0))
            .WithIdempotency(options => options.InFlightWait = TimeSpan.FromSeconds(20));
        orders.MapPost("/once", (HttpContext context, int? wait) => OrderAsync(context, effects, wait ?? 0))
            .WithIdempotency(options => options.AfterCrash = IdempotencyAfterCrash.Unknown);
    }

    private static async Task<IResult> OrderAsync(HttpContext context, string? effects, int wait)
    {
        var id = Guid.NewGuid().ToString("n");
        var fence = IdempotencyContext.Get(context)?.Fence ?? 0;
        Append(effects, $"begun {id} {fence}");
        await Task.Delay(wait);
        Append(effects, Greatest(effects) > fence ? $"refused {id} {fence}" : $"done {id} {fence}");
        return TypedResults.Created($"/orders/{id}", new { id });
    }

    /// <summary>A store that checks the fence: what comes with a smaller one than it has seen comes too late.</summary>
    private static long Greatest(string? effects) => effects is null
        ? 0
        : File.ReadLines(effects).Select(line => line.Split(' ')).Max(words => long.Parse(words[2], CultureInfo.InvariantCulture));

    private static void Append(string? effects, string line)
    {
        if (effects is not null)
        {
            File.AppendAllText(effects, line + "\n");
        }
    }
}
