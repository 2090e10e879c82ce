using System.ComponentModel.DataAnnotations;

namespace Platform.Tasks.Schedules;

/// <summary>How schedules are looked after. An empty configuration is a correct one.</summary>
internal sealed class SchedulesOptions
{
    public const string SectionName = TasksOptions.SectionName + ":Schedules";

    /// <summary>Whether this process enqueues runs that are due.</summary>
    /// <value>Default: true. Any number of processes may; one must.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How late a run may be enqueued before it counts as missed, where missed runs are skipped.</summary>
    /// <value>Default: 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many schedules there may be.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000)]
    public int MostSchedules { get; set; } = 10_000;
}
