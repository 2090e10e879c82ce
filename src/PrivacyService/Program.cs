using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Health;
using Platform.ServiceDefaults.PersonalData;
using Platform.ServiceDefaults.Problems;
using PrivacyService;
using PrivacyService.Activity;
using PrivacyService.Detection;
using PrivacyService.Gateway;
using PrivacyService.Masking;
using PrivacyService.Pseudonyms;
using PrivacyService.Restoring;
using PrivacyService.Subjects;
using PrivacyService.Vault;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.Services.AddTraceRedaction();
builder.Services.Configure<JsonProblemOptions>(static problems => problems.NamesUnknownMembers = false);
builder.AddPlatformRedis("redis", PrivacyKeys.Registry).AddSealing().AddRateLimiting().AddCaching().AddOutputCaching().AddIdempotency();
builder.Services.AddDetection();
builder.Services.AddVault();
builder.Services.AddActivity();
builder.Services.AddSubjects();
builder.Services.AddPseudonyms();
builder.Services.AddMasking();
builder.Services.AddGateway();

var app = builder.Build();

app.UseGatewayCredentials();
app.UseServiceDefaults();
app.UseRateLimiter();
app.UseOutputCache();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapRateLimitsApi().Administrators.RequireAdmin();
app.MapCacheStats().RequireAdmin();
app.MapPseudonymsApi();
app.MapDetectApi();
app.MapMaskApi();
app.MapGateway();
app.MapActivityApi();
app.MapRestoresApi();
app.MapSubjectsApi();
app.MapPeopleApi();

app.Run();
