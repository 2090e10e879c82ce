using System.Globalization;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Schedules;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Schedules;

/// <summary>Schedules and what they enqueued, at any time one likes to think it is.</summary>
internal static class ScheduleScene
{
    public static ScheduleDefinition Definition(
        string cron, string timeZone = ScheduleDefinition.Utc, MissedRuns missedRuns = MissedRuns.Once, int cap = ScheduleDefinition.DefaultCap,
        int number = 0) => new()
    {
        Cron = cron,
        TimeZone = timeZone,
        Type = TestWork.Type,
        Payload = JsonSerializer.SerializeToElement(new { number }),
        Queue = "default",
        Priority = TaskPriority.Normal,
        MissedRuns = missedRuns,
        MissedRunsCap = cap,
    };

    /// <summary>A schedule as if it had been written at that time.</summary>
    public static async Task AddAsync(this ScheduleStore store, string name, ScheduleDefinition definition, DateTimeOffset now) => Assert.Equal(
        SaveOutcome.Saved,
        await store.SaveAsync(
            name, seen: null, definition, enabled: true, definition.Times().After(now).First(), keepsNext: false, registered: null, CancellationToken.None));

    /// <summary>The slots of what lies in the queue, in its order.</summary>
    public static async Task<(string Schedule, DateTimeOffset Slot)[]> EnqueuedAsync(this Surroundings platform)
    {
        var entries = await platform.Database.StreamRangeAsync(platform.Key("queue:v1:{default}:default.normal"));
        return await Task.WhenAll(entries.Select(async entry =>
        {
            var item = await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{entry["task"]}"), ["schedule", "slot"]);
            return ((string)item[0]!, DateTimeOffset.FromUnixTimeMilliseconds((long)item[1]));
        }));
    }

    public static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
