using Platform.Redis;
using Platform.ServiceDefaults.Health;
using PrivacyService;
using PrivacyService.Detection;
using PrivacyService.Pseudonyms;
using PrivacyService.Vault;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", PrivacyKeys.Registry).AddSealing().AddRateLimiting();
builder.Services.AddDetection();
builder.Services.AddVault();
builder.Services.AddPseudonyms();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapPseudonymsApi();
app.MapDetectApi();

app.Run();
