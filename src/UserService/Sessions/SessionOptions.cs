using System.ComponentModel.DataAnnotations;
using UserService.Keys;

namespace UserService.Sessions;

/// <summary>How long people stay signed in, and on how many devices.</summary>
internal sealed class SessionOptions : IValidatableObject
{
    public const string SectionName = "Sessions";

    /// <summary>A session that is not used for this long ends.</summary>
    /// <value>Default: 14 days.</value>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>A session ends after this long, however much it is used.</summary>
    /// <value>Default: 30 days.</value>
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A spent refresh token that comes back within this time gets the same answer again; later it ends the session.</summary>
    /// <value>Default: 10 s. Zero: every reuse ends the session.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "Sessions:RefreshGrace must be between 0 and 60 seconds.")]
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How precisely the time a session was last seen is kept: it is written at most this often.</summary>
    /// <value>Default: 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Sessions:SeenInterval must be between 0 and 60 minutes.")]
    public TimeSpan SeenInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many sessions one person has at most; <see cref="WhenFull"/> says what becomes of one more.</summary>
    /// <value>Default: 50.</value>
    [Range(1, 1000, ErrorMessage = "Sessions:MaxPerUser must be between 1 and 1,000.")]
    public int MaxPerUser { get; set; } = 50;

    /// <summary>What becomes of a sign-in beyond <see cref="MaxPerUser"/>.</summary>
    /// <value>Default: <see cref="SessionCap.EvictOldest"/>.</value>
    public SessionCap WhenFull { get; set; } = SessionCap.EvictOldest;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IdleLifetime < TimeSpan.FromSeconds(1) || IdleLifetime > AbsoluteLifetime)
        {
            yield return new ValidationResult(
                "Sessions:IdleLifetime must be at least 1 second and at most Sessions:AbsoluteLifetime.", [nameof(IdleLifetime)]);
        }

        if (AbsoluteLifetime > UserKeys.LongestSession)
        {
            yield return new ValidationResult(
                $"Sessions:AbsoluteLifetime must be at most {UserKeys.LongestSession.TotalDays} days.", [nameof(AbsoluteLifetime)]);
        }
    }
}
