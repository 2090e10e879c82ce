using Microsoft.Extensions.Options;
using Platform.Redis.Consumers;

namespace Platform.Tasks.Schedules;

/// <summary>Writes what code registers, then enqueues runs when they are due. While Redis is away it waits.</summary>
internal sealed class SchedulerLoop(
    ScheduleStore schedules, RegisteredSchedules registered, Scheduler scheduler, TimeProvider time, IOptions<TasksOptions> tasks,
    IOptions<SchedulesOptions> options, ILogger<SchedulerLoop> logger) : BackgroundLoop(logger)
{
    private bool _isRegistered;

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        if (!_isRegistered)
        {
            await registered.SaveAsync(stoppingToken);
            _isRegistered = true;
        }

        if (!options.Value.Enabled)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        }

        var (now, first) = await schedules.FirstDueAsync(stoppingToken);
        if (first <= now)
        {
            await scheduler.RunDueAsync(now, stoppingToken);
            return;
        }

        // Another process may add one that is due sooner.
        var longest = tasks.Value.PollInterval;
        await Task.Delay(first is { } due && due - now < longest ? due - now : longest, time, stoppingToken);
    }
}
