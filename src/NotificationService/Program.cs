using NotificationService;
using NotificationService.Notifications;
using NotificationService.Stream;
using Platform.Redis;
using Platform.ServiceDefaults.Health;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", NotificationKeys.Registry).AddSealing().AddRateLimiting();
builder.Services.AddValidation();
builder.Services.AddNotifications();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapNotificationsApi();
app.MapNotificationStreamApi();

app.Run();
