using System.ComponentModel.DataAnnotations;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Whose tokens a service accepts, and who it is itself when it calls another.</summary>
public sealed class AuthOptions
{
    public const string SectionName = "Auth";

    /// <summary>The <c>iss</c> of access tokens: the URL of UserService.</summary>
    [Required(ErrorMessage = "Auth:Issuer is missing. Set Auth__Issuer to the URL of UserService; the AppHost does so.")]
    [Url(ErrorMessage = "Auth:Issuer must be an absolute http or https URL.")]
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> of access tokens.</summary>
    /// <value>Default: <c>platform</c>.</value>
    [Required]
    public string Audience { get; set; } = "platform";

    /// <summary>How far clocks of two machines may be apart.</summary>
    /// <value>Default: 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "Auth:ClockSkew must be between 0 and 60 seconds.")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long this service goes on calling tokens good without hearing what was revoked; then protected routes answer 503.</summary>
    /// <value>Default: 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:06", "00:10:00", ErrorMessage = "Auth:RevocationStaleness must be between 6 seconds and 10 minutes.")]
    public TimeSpan RevocationStaleness { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many verified tokens are kept, so that a token is checked by its signature once. Each takes about 4 KB.</summary>
    /// <value>Default: 8,192. Zero: every request pays for the signature.</value>
    [Range(0, 1_000_000, ErrorMessage = "Auth:VerifiedTokens must be between 0 and 1,000,000.")]
    public int VerifiedTokens { get; set; } = 8192;

    /// <summary>The name under which this service asks for its own tokens (RFC 6749, section 4.4).</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret that proves <see cref="ClientId"/>.</summary>
    public string? ClientSecret { get; set; }
}
