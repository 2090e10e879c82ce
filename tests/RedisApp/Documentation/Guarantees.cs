using Platform.Redis.Guarantees;
using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Guarantees
{
    public static void Map(WebApplicationBuilder builder)
    {
        // <docs:guarantees 1>
        builder.AddPlatformRedis("redis", TaskKeys.Registry)
            .Services.AddRefusingCapability("task-submit", "Tasks are not accepted: 503 with Retry-After, and nothing half-written.");

        var app = builder.Build();
        app.MapGuarantees(context => context.User.IsInRole("admin")).AllowAnonymous();
        // </docs>
    }
}
