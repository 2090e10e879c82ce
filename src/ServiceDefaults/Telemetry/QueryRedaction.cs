using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Platform.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps personal and secret values of queries out of traces, also where the environment turns the redaction of all queries off, as a host does for
/// Development. What is redacted already stays so.
/// </summary>
internal static class QueryRedaction
{
    private const string Tag = "url.query";
    private const string Redacted = "Redacted";

    private static readonly HashSet<string> Concealed = new(StringComparer.OrdinalIgnoreCase) { "email", "userName", "subject", "token", "access_token", "ticket", "code" };

    public static void Redact(Activity activity, HttpRequest request)
    {
        if (activity.GetTagItem(Tag) is not string query || !request.Query.Keys.Any(Concealed.Contains))
        {
            return;
        }

        // The tag, not the request's own query: of that the instrumentation may have redacted more.
        var parameters = query.TrimStart('?').Split('&').Select(parameter =>
            parameter.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 && Concealed.Contains(Uri.UnescapeDataString(parameter[..equals].Replace('+', ' ')))
                ? parameter[..(equals + 1)] + Redacted
                : parameter);
        activity.SetTag(Tag, "?" + string.Join('&', parameters));
    }
}
