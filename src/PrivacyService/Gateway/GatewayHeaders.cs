using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace PrivacyService.Gateway;

/// <summary>Which headers of a request go on to the upstream, and which of them are its credentials.</summary>
internal static class GatewayHeaders
{
    /// <summary>The platform's own, and what would tell the upstream who asks.</summary>
    public static readonly FrozenSet<string> NotForwarded = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Authorization, HeaderNames.Cookie, HeaderNames.AcceptEncoding, HeaderNames.Host, GatewayCredentials.Header, GatewayApi.ScopeHeader, "Forwarded",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP",
        HeaderNames.TraceParent, HeaderNames.TraceState, HeaderNames.Baggage);

    private static readonly string[] CredentialEndings = ["key", "token", "secret", "signature", "authorization"];

    private static readonly string[] VersionEndings = ["agent", "version", "client"];

    /// <summary>What lets the caller in at the upstream passes as it is.</summary>
    public static bool IsCredential(string name) =>
        !name.Equals("Idempotency-Key", StringComparison.OrdinalIgnoreCase) && CredentialEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Versions of programs, which look like addresses: <c>Chrome/131.0.0.0</c>.</summary>
    public static bool IsVersion(string name) =>
        name.StartsWith("Sec-CH-UA", StringComparison.OrdinalIgnoreCase) || VersionEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
