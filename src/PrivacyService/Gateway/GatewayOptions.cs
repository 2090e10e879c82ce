using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using PrivacyService.Masking;

namespace PrivacyService.Gateway;

/// <summary>Where the gateway forwards to. Nothing but what is named here can be reached.</summary>
internal sealed class GatewayOptions
{
    public const string SectionName = "Privacy:Gateway";

    /// <summary>The upstreams by the name that stands in the path: <c>/gateway/{name}/…</c>.</summary>
    public Dictionary<string, GatewayUpstream> Upstreams { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>A server that gets masked requests.</summary>
internal sealed class GatewayUpstream
{
    /// <summary>Where it is, such as <c>https://api.anthropic.com</c>; what follows the name in the path is appended.</summary>
    public string Address { get; set; } = "";

    /// <summary>What is done about types, the families <c>aws</c> and <c>pii</c>, or <c>*</c>; masked when not given.</summary>
    public Dictionary<string, MaskMode> Modes { get; set; } = [];

    /// <summary>What masks look like: <c>Token</c>, or <c>Format</c> for stand-ins that parsers accept.</summary>
    /// <value>Token.</value>
    public MaskStyle Style { get; set; }

    /// <summary>How long the upstream may be silent, before its answer and within it.</summary>
    /// <value>100 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How long masks of a call can be turned back.</summary>
    /// <value>24 hours.</value>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(24);
}

internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private const string NameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var failures = new List<string>();
        foreach (var (upstream, settings) in options.Upstreams)
        {
            var section = $"{GatewayOptions.SectionName}:Upstreams:{upstream}";
            if (upstream.Length is 0 or > 64 || upstream.Any(character => !NameCharacters.Contains(character)))
            {
                failures.Add($"{section}: name it by up to 64 lower-case letters, digits and '-'.");
            }

            if (!Uri.TryCreate(settings.Address, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")
                || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            {
                failures.Add($"{section}:Address: give an absolute http or https URL without query or credentials.");
            }

            var results = new List<ValidationResult>();
            if (!Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true))
            {
                failures.AddRange(results.Select(result => $"{section}: {result.ErrorMessage}"));
            }

            try
            {
                MaskPolicy.Create(settings.Modes);
            }
            catch (Platform.ServiceDefaults.Problems.ProblemException exception)
            {
                failures.Add($"{section}:Modes: {exception.Message}");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
