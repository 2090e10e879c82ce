using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Platform.Redis.Idempotency;

/// <summary>
/// The <c>Idempotency-Key</c> of a request (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII characters or spaces,
/// compared letter for letter. The draft quotes it (a string of RFC 9651), most clients do not: both are the same key.
/// </summary>
public static class IdempotencyKey
{
    /// <summary>The request header.</summary>
    public const string HeaderName = "Idempotency-Key";

    /// <summary>The response header of a replay; its value is <c>true</c>.</summary>
    public const string ReplayedHeaderName = "Idempotent-Replayed";

    /// <summary>The response header that tells until when the same answer is given, as an HTTP date.</summary>
    public const string ExpiresHeaderName = "Idempotency-Expires";

    /// <summary>
    /// The response header that tells, with the value <c>false</c>, that the answer could not be stored yet: the request was carried out, and
    /// a repeated one may be carried out again if this process ends before Redis is back.
    /// </summary>
    public const string StoredHeaderName = "Idempotency-Stored";

    /// <summary>The most characters of a key.</summary>
    public const int Longest = 255;

    /// <summary>Reads the header.</summary>
    /// <param name="header">Its values; none at all is no key, and false.</param>
    /// <param name="key">The key without quotes.</param>
    public static bool TryParse(StringValues header, [NotNullWhen(true)] out string? key)
    {
        key = header.Count == 1 ? header[0] : null;
        if (key is ['"', ..])
        {
            key = Unquote(key);
        }

        if (key is { Length: > 0 and <= Longest } && !key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        key = null;
        return false;
    }

    // RFC 9651, section 3.3.3: within quotes, a backslash stands before a quote or a backslash and nowhere else.
    private static string? Unquote(string text)
    {
        if (text.Length < 2 || text[^1] != '"')
        {
            return null;
        }

        var inner = text.AsSpan(1, text.Length - 2);
        if (!inner.ContainsAny('"', '\\'))
        {
            return inner.ToString();
        }

        var key = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '"' || (inner[i] == '\\' && (++i == inner.Length || inner[i] is not ('"' or '\\'))))
            {
                return null;
            }

            key.Append(inner[i]);
        }

        return key.ToString();
    }
}
