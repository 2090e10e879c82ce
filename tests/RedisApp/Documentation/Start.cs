using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Start
{
    public static void Add(WebApplicationBuilder builder)
    {
        // <docs:README 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry).AddSealing().AddCaching().AddRateLimiting().AddIdempotency().AddLeases();
        // </docs>
    }
}
