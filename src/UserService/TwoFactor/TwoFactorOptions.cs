using System.ComponentModel.DataAnnotations;

namespace UserService.TwoFactor;

internal sealed class TwoFactorOptions
{
    public const string SectionName = "TwoFactor";

    /// <summary>What authenticator apps call this platform.</summary>
    /// <value>Default: Platform.</value>
    [Required(ErrorMessage = "TwoFactor:Issuer must be given.")]
    [RegularExpression("[^:]{1,64}", ErrorMessage = "TwoFactor:Issuer must be 1 to 64 characters without a colon.")]
    public string Issuer { get; set; } = "Platform";
}
