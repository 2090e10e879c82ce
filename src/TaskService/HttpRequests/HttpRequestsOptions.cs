using System.ComponentModel.DataAnnotations;
using System.Net;

namespace TaskService.HttpRequests;

/// <summary>Whom tasks of the type <c>http-request</c> may call, and how they prove who calls.</summary>
internal sealed class HttpRequestsOptions : IValidatableObject
{
    public const string SectionName = "HttpRequests";

    private const int MostSecrets = 5;

    /// <summary>Hosts that everybody may have called: <c>api.example.com</c>, or <c>*.example.com</c> for all below it.</summary>
    /// <value>Default: none; then administrators alone submit such tasks.</value>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>The secrets that sign, each 24 to 64 bytes in base64, with <c>whsec_</c> before it or not. To change one, put the new one beside the old one for a while.</summary>
    /// <value>Default: none; then such tasks are not taken. The AppHost generates one.</value>
    public IList<string> SigningSecrets { get; } = [];

    /// <summary>Whether URLs may be http, which nobody should call over the internet.</summary>
    /// <value>Default: false.</value>
    public bool AllowHttp { get; set; }

    /// <summary>Ports that may be called.</summary>
    /// <value>Default: 443, and 80 where http is allowed.</value>
    public IList<int> Ports { get; } = [];

    /// <summary>Networks that may be called though they are not public, such as <c>10.1.0.0/16</c>.</summary>
    /// <value>Default: none.</value>
    public IList<string> InternalNetworks { get; } = [];

    /// <summary>How long a connection may take to be there.</summary>
    /// <value>Default: 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call may take whose task says nothing.</summary>
    /// <value>Default: 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait that a receiver may ask for with <c>Retry-After</c>.</summary>
    /// <value>Default: 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromHours(1);

    public IReadOnlyList<int> AllowedPorts => Ports.Count > 0 ? [.. Ports] : AllowHttp ? [443, 80] : [443];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigningSecrets.Count > MostSecrets || !SigningSecrets.All(WebhookSignature.IsSecret))
        {
            yield return new ValidationResult(
                $"HttpRequests:SigningSecrets must hold at most {MostSecrets} secrets, each 24 to 64 bytes in base64, as in whsec_….", [nameof(SigningSecrets)]);
        }

        if (Ports.Any(port => port is < 1 or > 65535))
        {
            yield return new ValidationResult("HttpRequests:Ports must hold ports from 1 to 65535.", [nameof(Ports)]);
        }

        if (!InternalNetworks.All(network => IPNetwork.TryParse(network, out _)))
        {
            yield return new ValidationResult("HttpRequests:InternalNetworks must hold networks such as 10.1.0.0/16.", [nameof(InternalNetworks)]);
        }

        if (AllowedHosts.Any(host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown))
        {
            yield return new ValidationResult("HttpRequests:AllowedHosts must hold names such as api.example.com or *.example.com.", [nameof(AllowedHosts)]);
        }
    }
}
