using NotificationService;
using NotificationService.Notifications;
using NotificationService.Stream;
using Platform.Redis;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", NotificationKeys.Registry).AddSealing();
builder.Services.AddValidation();
builder.Services.AddNotifications();

var app = builder.Build();

app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapNotificationsApi();
app.MapNotificationStreamApi();

app.Run();
