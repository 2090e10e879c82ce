using System.ComponentModel.DataAnnotations;

namespace UserService.Mail;

/// <summary>How long what was sent to an address is good.</summary>
internal sealed class OneUseLifetimes
{
    public const string SectionName = "OneUseTokens";
    private const string Shortest = "00:01:00";
    private const string Longest = "7.00:00:00";

    /// <value>Default: 1 day.</value>
    [Range(typeof(TimeSpan), Shortest, Longest, ErrorMessage = "OneUseTokens:Registration must be between 1 minute and 7 days.")]
    public TimeSpan Registration { get; set; } = TimeSpan.FromDays(1);

    /// <value>Default: 1 hour.</value>
    [Range(typeof(TimeSpan), Shortest, Longest, ErrorMessage = "OneUseTokens:PasswordReset must be between 1 minute and 7 days.")]
    public TimeSpan PasswordReset { get; set; } = TimeSpan.FromHours(1);

    /// <value>Default: 1 day.</value>
    [Range(typeof(TimeSpan), Shortest, Longest, ErrorMessage = "OneUseTokens:EmailConfirmation must be between 1 minute and 7 days.")]
    public TimeSpan EmailConfirmation { get; set; } = TimeSpan.FromDays(1);
}
