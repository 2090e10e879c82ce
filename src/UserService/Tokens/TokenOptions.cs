using System.ComponentModel.DataAnnotations;

namespace UserService.Tokens;

internal sealed class TokenOptions
{
    public const string SectionName = "Tokens";

    /// <summary>The most that <see cref="AccessTokenLifetime"/> can be.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an access token is good for. Services that cannot ask accept it until then.</summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "Tokens:AccessTokenLifetime must be between 10 seconds and 1 hour.")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
