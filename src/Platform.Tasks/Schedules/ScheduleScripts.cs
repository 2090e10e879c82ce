using Platform.Redis.Scripting;

namespace Platform.Tasks.Schedules;

internal static class ScheduleScripts
{
    public static readonly RedisScript FirstDue = Load("FirstDue.lua");
    public static readonly RedisScript FireSchedule = Load("FireSchedule.lua");
    public static readonly RedisScript SaveSchedule = Load("SaveSchedule.lua");
    public static readonly RedisScript RemoveSchedule = Load("RemoveSchedule.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(ScheduleScripts).Assembly, file);
}
