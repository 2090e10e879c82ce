using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Schedules;

namespace TaskService.PurgeExpired;

internal static class PurgeExpiredExtensions
{
    /// <summary>When it is run, in UTC; empty where nobody but an administrator starts it.</summary>
    private const string Setting = "PurgeExpired:Cron";

    private const string EveryNight = "0 3 * * *";

    public static void AddPurgeExpired(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<GoneTasks>();
        services.AddTaskHandler<PurgeExpiredHandler, PurgeExpiredPayload>(
            PurgeExpiredHandler.Type, new TaskTypeOptions { IsRestricted = true, IsQuiet = true });
        if ((builder.Configuration[Setting] ?? EveryNight) is { Length: > 0 } cron)
        {
            services.AddTaskSchedule(PurgeExpiredHandler.Type, cron, "UTC", PurgeExpiredHandler.Type, new PurgeExpiredPayload());
        }
    }
}
