using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Tasks.Schedules;

/// <summary>The keys of the schedules; in the slot of the tasks, which their runs become.</summary>
internal sealed class ScheduleKeys(Keyspace keyspace)
{
    public static readonly KeyFamily ScheduleFamily = new(
        "schedule", 1, KeyType.Hash, KeyTtl.None("A schedule lasts until somebody deletes it; of one that code registers a mark stays."),
        "Tasks:Schedules:MostSchedules", "Platform.Tasks.Schedules", PersonalData: false, "A schedule: definition, next slot, last runs");

    public static readonly KeyFamily NamesFamily = new(
        "schedule-names", 1, KeyType.SortedSet, KeyTtl.None("As the schedules."), "one, a member for each schedule", "Platform.Tasks.Schedules",
        PersonalData: false, "Names of the schedules");

    public static readonly KeyFamily DueFamily = new(
        "schedules-due", 1, KeyType.SortedSet, KeyTtl.None("As the schedules."), "one, a member for each schedule that is not paused",
        "Platform.Tasks.Schedules", PersonalData: false, "Schedules, by their next slot");

    public RedisKey Names { get; } = keyspace.Key(NamesFamily, TaskKeys.Queue);

    public RedisKey Due { get; } = keyspace.Key(DueFamily, TaskKeys.Queue);

    public RedisKey Schedule(string name) => keyspace.Key(ScheduleFamily, TaskKeys.Queue, name);
}
