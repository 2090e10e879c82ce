using System.ComponentModel.DataAnnotations;

namespace Platform.Redis.Leases;

/// <summary>How leases are waited for and given up; the section <c>Leases</c>. Checked when the application starts.</summary>
public sealed class LeaseOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Leases";

    /// <summary>How long a waiter whose wake-up was lost goes without looking, at most.</summary>
    /// <value>1 s; 50 ms to 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The share of its duration by which a holder gives a lease up before Redis may: for clocks that run unevenly, and for the work to
    /// stop.
    /// </summary>
    /// <value>0.1; 0.02 to 0.5.</value>
    [Range(0.02, 0.5)]
    public double SafetyMargin { get; set; } = 0.1;
}
