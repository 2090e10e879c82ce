using Platform.Redis.RateLimiting;
using Platform.Redis;
using static Platform.RedisApp.Documentation.Shop;

namespace Platform.RedisApp.Documentation;

internal static class RateLimits
{
    public static void Map(WebApplicationBuilder builder, WebApplication app)
    {
        // <docs:rate-limiting 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry).AddRateLimiting(options =>
        {
            options.Policies["user"] = new() { Limit = 100, Window = TimeSpan.FromMinutes(1), Global = true };
            options.Policies["export"] = new() { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 5, Window = TimeSpan.FromHours(1) };
        });

        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();                                        // after authentication: otherwise everybody is anonymous
        app.MapGet("/export", Export).RequireRateLimiting("export").WithRateLimitCost(2);
        app.MapGet("/status", Status).DisableRateLimiting();
        app.MapRateLimitsApi().Administrators.RequireAuthorization("admin");
        // </docs>
    }
}
