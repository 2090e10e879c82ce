using Microsoft.AspNetCore.HttpOverrides;
using Platform.Redis;
using Platform.Redis.RateLimiting;

namespace Platform.RedisApp;

/// <summary>Endpoints under the policies that a test configures; a policy that is not configured limits nothing.</summary>
internal static class RateLimitEndpoints
{
    public static IPlatformRedisBuilder AddTestRateLimits(this IPlatformRedisBuilder redis)
    {
        redis.AddRateLimiting();
        redis.Services.Configure<ForwardedHeadersOptions>(headers => headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        return redis;
    }

    public static void MapTestRateLimits(this WebApplication app)
    {
        var limited = app.MapGroup("/limited");
        limited.MapGet("/", () => "ok");
        limited.MapGet("/free", () => "ok").DisableRateLimiting();
        limited.MapGet("/dear", () => "ok").WithRateLimitCost(5);
        limited.MapGet("/failing", () => Results.StatusCode(StatusCodes.Status500InternalServerError));
        foreach (var policy in app.Configuration.GetSection("RateLimiting:Policies").GetChildren())
        {
            limited.MapGet($"/by/{policy.Key}", () => "ok").RequireRateLimiting(policy.Key);
        }

        app.MapRateLimitsApi();

        // As many questions as the test wants, from within the process: more than a client could send.
        app.MapPost("/check", async (IRateLimits limits, string key, int limit, int windowMs, int callers, int lastMs, CancellationToken cancelled) =>
        {
            var granted = 0;
            var until = DateTime.UtcNow.AddMilliseconds(lastMs);
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
                async () =>
                {
                    while (DateTime.UtcNow < until)
                    {
                        if ((await limits.CheckAsync(key, limit, TimeSpan.FromMilliseconds(windowMs), cancelled)).Allowed)
                        {
                            Interlocked.Increment(ref granted);
                        }
                    }
                },
                cancelled)));
            return granted;
        }).DisableRateLimiting();
    }
}
