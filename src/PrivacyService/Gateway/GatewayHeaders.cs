using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace PrivacyService.Gateway;

/// <summary>Which headers of a request go on to the upstream, which of them are its credentials, and which of an answer are not its to set.</summary>
internal static class GatewayHeaders
{
    /// <summary>The platform's own, and what would tell the upstream who asks.</summary>
    public static readonly FrozenSet<string> NotForwarded = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Authorization, HeaderNames.Cookie, HeaderNames.AcceptEncoding, HeaderNames.Host, GatewayCredentials.Header, GatewayApi.ScopeHeader, "Forwarded",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP",
        HeaderNames.TraceParent, HeaderNames.TraceState, HeaderNames.Baggage);

    /// <summary>What speaks for the platform, or to a browser about the platform's own origin.</summary>
    private static readonly FrozenSet<string> NotReturned = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.SetCookie, "Set-Cookie2", HeaderNames.AltSvc, HeaderNames.StrictTransportSecurity, "Clear-Site-Data", HeaderNames.Server,
        HeaderNames.CacheControl, "CDN-Cache-Control", "Surrogate-Control",
        HeaderNames.TraceParent, HeaderNames.TraceState, HeaderNames.Baggage, "TraceResponse", "Service-Worker-Allowed", "NEL", "Report-To",
        "Reporting-Endpoints");

    private static readonly string[] NotReturnedBeginnings = ["Mask-", "Idempotency-", "RateLimit", "X-RateLimit", "Access-Control-"];

    private static readonly string[] CredentialEndings = ["key", "token", "secret", "signature", "authorization"];

    private static readonly string[] VersionEndings = ["agent", "version", "client"];

    /// <summary>Whether a header of an answer is the upstream's to set.</summary>
    public static bool IsReturned(string name) =>
        !NotReturned.Contains(name) && !Array.Exists(NotReturnedBeginnings, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    /// <summary>What lets the caller in at the upstream passes as it is.</summary>
    public static bool IsCredential(string name) =>
        !name.Equals("Idempotency-Key", StringComparison.OrdinalIgnoreCase) && CredentialEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Versions of programs, which look like addresses: <c>Chrome/131.0.0.0</c>.</summary>
    public static bool IsVersion(string name) =>
        name.StartsWith("Sec-CH-UA", StringComparison.OrdinalIgnoreCase) || VersionEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
