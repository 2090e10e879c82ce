using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Platform.RedisApp.Documentation;

internal static class Health
{
    public static void Map(WebApplication app)
    {
        // <docs:health 1>
        app.MapHealthChecks("/health/redis", new HealthCheckOptions { Predicate = check => check.Name == "redis" });
        // </docs>
    }
}
