using System.Net;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using TaskService.Tasks;

namespace TaskService.HttpRequests;

/// <summary>Whom a task may call, as far as its URL tells; where the host leads to is looked at when it is connected to.</summary>
internal sealed class HttpRequestTargets(PublicNetworks networks, IOptions<HttpRequestsOptions> options) : ISubmitRule
{
    private readonly HttpRequestsOptions _options = options.Value;

    /// <inheritdoc />
    public void Ensure(object payload, string? person)
    {
        if (payload is not HttpRequestPayload request)
        {
            return;
        }

        var url = new Uri(request.Url);
        if (FindFault(url) is { } fault)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "url_refused", "The URL may not be called", fault);
        }

        if (person is not null && !_options.AllowedHosts.Any(host => Names(host, url)))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "host_not_allowed", "You may not have this host called",
                "Call a host that HttpRequests:AllowedHosts names, or ask an administrator to submit the task.");
        }

        if (_options.SigningSecrets.Count == 0)
        {
            throw Problems.Unavailable(
                TimeSpan.FromMinutes(1), "signing_unconfigured", "Calls cannot be signed", "An operator has to set HttpRequests:SigningSecrets.");
        }
    }

    /// <returns>What to change; null when it may be called.</returns>
    public string? FindFault(Uri url) =>
        url.Scheme == Uri.UriSchemeHttp && !_options.AllowHttp ? "Set url to an https URL."
        : !_options.AllowedPorts.Contains(url.Port) ? $"Set url to one with a port of: {string.Join(", ", _options.AllowedPorts)}."
        : IPAddress.TryParse(HostOf(url), out var address) && !networks.Contains(address) ? "Set url to one with a public host."
        : null;

    private static bool Names(string allowed, Uri url) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? HostOf(url).EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : HostOf(url).Equals(allowed, StringComparison.OrdinalIgnoreCase);

    private static string HostOf(Uri url) => url.IdnHost.TrimEnd('.');
}
