using System.ComponentModel.DataAnnotations;

namespace UserService.Tokens;

internal sealed class TokenOptions
{
    public const string SectionName = "Tokens";

    /// <summary>How long an access token is good for. Services that cannot ask accept it until then.</summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "Tokens:AccessTokenLifetime must be between 10 seconds and 1 hour.")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
