using NotificationService;
using NotificationService.Mail;
using NotificationService.Notifications;
using NotificationService.Stream;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Health;
using Platform.ServiceDefaults.PersonalData;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", NotificationKeys.Registry).AddSealing().AddRateLimiting().AddCaching().AddOutputCaching().AddIdempotency();
builder.Services.AddValidation();
builder.Services.AddNotifications();
builder.Services.AddMail();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.UseOutputCache();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapRateLimitsApi().Administrators.RequireAdmin();
app.MapCacheStats().RequireAdmin();
app.MapNotificationsApi();
app.MapNotificationStreamApi();
app.MapMailApi();
app.MapPeopleApi();

app.Run();
