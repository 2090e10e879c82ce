namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// Ends a request with a problem detail (RFC 9457) from deep inside. <paramref name="detail"/> reaches the caller: it says what to
/// change and holds nothing secret.
/// </summary>
public sealed class ProblemException(int status, string code, string title, string detail, TimeSpan? retryAfter = null) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>Stable, in snake_case; the problem's type is <c>urn:platform:problem:</c> and the code in kebab-case.</summary>
    public string Code { get; } = code;

    public string Title { get; } = title;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Further members of the problem detail.</summary>
    public IDictionary<string, object?> Extensions { get; } = new Dictionary<string, object?>();
}
