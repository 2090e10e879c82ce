using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Platform.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps personal and secret values of queries out of traces, also where the environment turns the redaction of all queries off, as a host does for
/// Development.
/// </summary>
internal static class QueryRedaction
{
    private const string Tag = "url.query";
    private const string Redacted = "Redacted";

    private static readonly HashSet<string> Concealed = new(StringComparer.OrdinalIgnoreCase) { "email", "userName", "subject", "token", "access_token", "ticket", "code" };

    public static void Redact(Activity activity, HttpRequest request)
    {
        if (!request.QueryString.HasValue || !request.Query.Keys.Any(Concealed.Contains))
        {
            return;
        }

        var parameters = request.QueryString.Value!.TrimStart('?').Split('&').Select(parameter =>
            parameter.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 && Concealed.Contains(Uri.UnescapeDataString(parameter[..equals].Replace('+', ' ')))
                ? parameter[..(equals + 1)] + Redacted
                : parameter);
        activity.SetTag(Tag, "?" + string.Join('&', parameters));
    }
}
