using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Health;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks;
using TaskService;
using TaskService.DeadLetters;
using TaskService.Page;
using TaskService.PseudonymizeRecords;
using TaskService.Queues;
using TaskService.Results;
using TaskService.Schedules;
using TaskService.Statistics;
using TaskService.Tasks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", TaskKeys.Registry)
    .AddSealing().AddRateLimiting().AddCaching().AddOutputCaching().AddIdempotency().AddLeases().AddTaskEngine();
builder.AddTaskService();
builder.Services.AddRecordsTaskHandler<PseudonymizeRecordsHandler, PseudonymizeRecordsPayload>(
    "pseudonymize-records", PseudonymizeRecordsPayload.FromOptions);

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.UseOutputCache();
app.MapDefaultEndpoints();
app.MapGuarantees(OperationalDetails.MayBeSeen).AllowAnonymous();
app.MapRateLimitsApi().Administrators.RequireAdmin();
app.MapCacheStats().RequireAdmin();
app.MapTasksApi();
app.MapTaskEventsApi();
app.MapResultsApi();
app.MapSchedulesApi();
app.MapDeadLettersApi();
app.MapQueuesApi();
app.MapStatisticsApi();
app.MapPeopleApi();
app.MapTasksPage();

app.Run();
