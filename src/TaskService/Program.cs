using Platform.Redis;
using TaskService;
using TaskService.PseudonymizeRecords;
using TaskService.Processing;
using TaskService.Results;
using TaskService.Tasks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddPlatformRedis("redis", TaskKeys.Registry).AddSealing();
builder.AddTaskService();
builder.Services.AddTaskHandler<PseudonymizeRecordsHandler, PseudonymizeRecordsPayload>(
    "pseudonymize-records", PseudonymizeRecordsPayload.FromOptions);

var app = builder.Build();

app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapTasksApi();
app.MapTaskEventsApi();
app.MapResultsApi();

app.Run();
