using System.Buffers;

namespace TaskService.HttpRequests;

/// <summary>
/// Which headers a caller may set: none that frames the message, belongs to the connection, or is the service's own, such as the signature.
/// </summary>
internal static class HttpRequestHeaders
{
    private const int Most = 32;
    private const int LongestName = 100;
    private const int LongestTotal = 8 * 1024;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Baggage", "Connection", "Cookie", "Expect", "Forwarded", "Host", "Keep-Alive", "TE", "Traceparent", "Tracestate", "Trailer",
        "Transfer-Encoding", "Upgrade", "Via",

        // By which servers are told where a caller is.
        "CF-Connecting-IP", "CF-Connecting-IPv6", "Client-IP", "Fastly-Client-IP", "Fly-Client-IP", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP",
        "X-Original-Forwarded-For", "X-Real-IP",
    };

    private static readonly string[] ReservedBeginnings = ["Content-", "Platform-", "Proxy-", "Webhook-", "X-Forwarded-"];

    /// <summary>That header of the content which a caller may set.</summary>
    public const string ContentType = "Content-Type";

    /// <returns>What to change; null when they are good.</returns>
    public static string? FindFault(IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is null || headers.Count > Most || headers.Sum(header => header.Key.Length + (header.Value?.Length ?? 0)) > LongestTotal)
        {
            return $"Send headers as an object of at most {Most} texts, with {LongestTotal / 1024} KiB together.";
        }

        foreach (var (name, value) in headers)
        {
            if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameLetters))
            {
                return $"The name of a header has 1 to {LongestName} of the characters that HTTP allows.";
            }

            // Many servers read it as a hyphen, which would make it another header.
            if (name.Contains('_', StringComparison.Ordinal))
            {
                return $"Write the header {name} without underscores.";
            }

            if (IsReserved(name))
            {
                return $"Leave out the header {name}: the service sets it itself, or it is not passed on.";
            }

            // No line break, which would begin another header.
            if (value is null || value.Any(letter => letter is (< ' ' and not '\t') or > '~'))
            {
                return $"The value of the header {name} must be text of visible ASCII characters and spaces.";
            }
        }

        return null;
    }

    private static bool IsReserved(string name) => !name.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
        && (Reserved.Contains(name) || Array.Exists(ReservedBeginnings, beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));
}
