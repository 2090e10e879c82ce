using System.ComponentModel.DataAnnotations;
using UserService.Keys;

namespace UserService.Audit;

/// <summary>How much of the past is kept.</summary>
internal sealed class AuditOptions : IValidatableObject
{
    public const string SectionName = "Audit";

    /// <summary>About how many events of all people are kept.</summary>
    /// <value>Default: 100,000.</value>
    [Range(100, 10_000_000, ErrorMessage = "Audit:MaxEvents must be between 100 and 10,000,000.")]
    public int MaxEvents { get; set; } = 100_000;

    /// <summary>About how many events of one person are kept.</summary>
    /// <value>Default: 1,000.</value>
    [Range(100, 100_000, ErrorMessage = "Audit:MaxEventsPerPerson must be between 100 and 100,000.")]
    public int MaxEventsPerPerson { get; set; } = 1_000;

    /// <summary>How long events are kept.</summary>
    /// <value>Default: 90 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Retention < TimeSpan.FromHours(1) || Retention > UserKeys.LongestAudit)
        {
            yield return new ValidationResult(
                $"Audit:Retention must be between 1 hour and {UserKeys.LongestAudit.TotalDays} days.", [nameof(Retention)]);
        }
    }
}
