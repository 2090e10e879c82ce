using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Erasure;
using Platform.ServiceDefaults.Health;
using PrivacyService;
using PrivacyService.Detection;
using PrivacyService.Pseudonyms;
using PrivacyService.Vault;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", PrivacyKeys.Registry).AddSealing().AddRateLimiting().AddCaching().AddOutputCaching().AddIdempotency();
builder.Services.AddDetection();
builder.Services.AddVault();
builder.Services.AddPseudonyms();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.UseOutputCache();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapRateLimitsApi().Administrators.RequireAdmin();
app.MapCacheStats().RequireAdmin();
app.MapPseudonymsApi();
app.MapDetectApi();
app.MapPeopleApi();

app.Run();
