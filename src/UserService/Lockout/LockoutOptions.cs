using System.ComponentModel.DataAnnotations;

namespace UserService.Lockout;

/// <summary>How fast passwords and codes can be guessed.</summary>
internal sealed class LockoutOptions
{
    public const string SectionName = "Lockout";

    /// <summary>Attempts at one account that a network has before it must wait: then 1 s, 2 s, 4 s …</summary>
    /// <value>Default: 3.</value>
    [Range(1, 1000, ErrorMessage = "Lockout:FreeAttempts must be between 1 and 1,000.")]
    public int FreeAttempts { get; set; } = 3;

    /// <summary>The same for a network where the owner signed in before, and for one who is signed in and repeats the password.</summary>
    /// <value>Default: 10.</value>
    [Range(1, 1000, ErrorMessage = "Lockout:FreeAttemptsOfKnown must be between 1 and 1,000.")]
    public int FreeAttemptsOfKnown { get; set; } = 10;

    /// <summary>The wait grows to this, and every such time without an attempt forgives one.</summary>
    /// <value>Default: 15 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Lockout:LongestDelay must be between 1 second and 1 hour.")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Attempts at one account from all networks that are not known to it, before they must wait.</summary>
    /// <value>Default: 50.</value>
    [Range(1, 10_000, ErrorMessage = "Lockout:FreeAttemptsOfAccount must be between 1 and 10,000.")]
    public int FreeAttemptsOfAccount { get; set; } = 50;

    /// <summary>As <see cref="LongestDelay"/>, for an account as a whole: in the long run strangers have one attempt in this time.</summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Lockout:LongestDelayOfAccount must be between 1 second and 1 hour.")]
    public TimeSpan LongestDelayOfAccount { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many networks an account knows; the one used longest ago makes room.</summary>
    /// <value>Default: 10.</value>
    [Range(1, 100, ErrorMessage = "Lockout:KnownNetworks must be between 1 and 100.")]
    public int KnownNetworks { get; set; } = 10;

    /// <summary>How long after the last sign-in a network stays known.</summary>
    /// <value>Default: 90 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "90.00:00:00", ErrorMessage = "Lockout:KnownNetworkLifetime must be between 1 second and 90 days.")]
    public TimeSpan KnownNetworkLifetime { get; set; } = TimeSpan.FromDays(90);
}
