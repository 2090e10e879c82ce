using System.ComponentModel.DataAnnotations;

namespace UserService.Administration;

/// <summary>What administrators have to do for what cannot be undone.</summary>
internal sealed class AdministrationOptions
{
    public const string SectionName = "Administration";

    /// <summary>How long ago an administrator may have signed in to change roles and addresses, delete and erase people, and withdraw keys.</summary>
    /// <value>Default: 15 min.</value>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00",
        ErrorMessage = "Administration:MaxAuthenticationAge must be between 10 seconds (00:00:10) and 1 day (1.00:00:00).")]
    public TimeSpan MaxAuthenticationAge { get; set; } = TimeSpan.FromMinutes(15);
}
