using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Health;
using UserService.Administration;
using UserService.Audit;
using UserService.Clients;
using UserService.EmailConfirmations;
using UserService.Erasure;
using UserService.Keys;
using UserService.Lockout;
using UserService.Mail;
using UserService.OneUse;
using UserService.Outbox;
using UserService.PasswordResets;
using UserService.Registrations;
using UserService.Revocations;
using UserService.Sessions;
using UserService.Tokens;
using UserService.TwoFactor;
using UserService.Users;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", UserKeys.Registry).AddSealing().AddLeases().AddRateLimiting()
    .AddCaching(options => options.Namespaces[UserSummaries.Namespace] = UserSummaries.CacheOptions).AddOutputCaching();
builder.Services.AddKeys();
builder.Services.AddAudit();
builder.Services.AddOutbox();
builder.Services.AddMail();
builder.Services.AddOneUseTokens();
builder.Services.AddUsers();
builder.Services.AddLockout();
builder.Services.AddTwoFactor();
builder.Services.AddRegistrations();
builder.Services.AddEmailConfirmations();
builder.Services.AddPasswordResets();
builder.Services.AddSessions();
builder.Services.AddTokens();
builder.Services.AddRevocations();
builder.Services.AddClients();
builder.Services.AddAdministration();
builder.Services.AddErasure();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.UseOutputCache();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapRateLimitsApi().Administrators.RequireAdmin();
app.MapCacheStats().RequireAdmin();
app.MapUsersApi();
app.MapUserSummariesApi();
app.MapRegistrationsApi();
app.MapEmailConfirmationApi();
app.MapAuthApi();
app.MapTwoFactorApi();
app.MapPasswordResetApi();
app.MapSessionsApi();
app.MapRevocationsApi();
app.MapSigningKeysApi();
app.MapAuditApi();
app.MapErasureApi();
app.MapOAuthApi();
app.MapWellKnownApi();

app.Run();
