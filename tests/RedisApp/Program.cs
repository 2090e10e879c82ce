using Platform.Redis;
using Platform.RedisApp;

var builder = WebApplication.CreateBuilder(args);

builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddProblemDetails();
builder.Services.AddTestAuthentication();
builder.AddPlatformRedis("redis", AppKeys.Registry)
    .AddSealing()
    .AddTestCache()
    .AddIdempotency()
    .AddLeases()
    .AddTestRateLimits();

var app = builder.Build();

app.UseForwardedHeaders();
app.UseExceptionHandler();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();
app.MapGet("/alive", () => "alive");
app.MapLeaseEndpoints();
app.MapCacheEndpoints();
app.MapTestRateLimits();
app.MapIdempotencyEndpoints();
app.MapEventEndpoints();
app.MapResilienceEndpoints();

app.Run();
