using System.ComponentModel.DataAnnotations;

namespace UserService.Tokens;

/// <summary>How long access tokens are good for, and how the keys that sign them change.</summary>
internal sealed class TokenOptions : IValidatableObject
{
    public const string SectionName = "Tokens";

    /// <summary>The most that <see cref="AccessTokenLifetime"/> can be.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an access token is good for. Services that cannot ask accept it until then.</summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "Tokens:AccessTokenLifetime must be between 10 seconds and 1 hour.")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a key signs before the next one takes its place.</summary>
    /// <value>Default: 30 days.</value>
    public TimeSpan KeyRotation { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a key is published before it signs, so that whoever checks tokens knows it by then: a replica hears of it within
    /// <see cref="KeyRingInterval"/>, a cache keeps the key set for 5 minutes, services read it every 5 minutes.
    /// </summary>
    /// <value>Default: 15 min.</value>
    [Range(typeof(TimeSpan), "00:00:31", "1.00:00:00", ErrorMessage = "Tokens:KeyPublishedBefore must be between 31 seconds and 1 day.")]
    public TimeSpan KeyPublishedBefore { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a replica reads the key ring without being woken.</summary>
    /// <value>Default: 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Tokens:KeyRingInterval must be between 1 second and 5 minutes.")]
    public TimeSpan KeyRingInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A replica that has not read the ring for this long does not sign: its key may have been retired.</summary>
    public TimeSpan KeyRingStaleness => 5 * KeyRingInterval;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyRotation < KeyPublishedBefore || KeyRotation > TimeSpan.FromDays(365))
        {
            yield return new ValidationResult(
                "Tokens:KeyRotation must be at least Tokens:KeyPublishedBefore and at most 365 days.", [nameof(KeyRotation)]);
        }

        // A service looks for a key that it does not know, but not if it has looked in the last 30 seconds; then it must have found it.
        if (KeyPublishedBefore < KeyRingInterval + TimeSpan.FromSeconds(30))
        {
            yield return new ValidationResult(
                "Tokens:KeyPublishedBefore must be at least 30 seconds longer than Tokens:KeyRingInterval.", [nameof(KeyPublishedBefore)]);
        }
    }
}
