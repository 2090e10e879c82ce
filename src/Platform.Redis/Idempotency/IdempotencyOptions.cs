using System.Security.Claims;

namespace Platform.Redis.Idempotency;

/// <summary>
/// How idempotency keys are honoured; the section <c>Idempotency</c>. An endpoint changes its own copy:
/// <c>.WithIdempotency(options => options.Required = true)</c>. Checked when the application starts.
/// </summary>
public sealed class IdempotencyOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Idempotency";

    /// <summary>The longest <see cref="TimeToLive"/>.</summary>
    public static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(7);

    /// <summary>Whether a request without a key is refused with 400.</summary>
    /// <value>False: it is carried out as if the endpoint knew nothing of keys.</value>
    public bool Required { get; set; }

    /// <summary>How long a key is remembered, from its first request on.</summary>
    /// <value>24 h.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long after its last sign of life a holder counts as dead. The lease is renewed three times as often while the handler runs.
    /// </summary>
    /// <value>15 s.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What a repeated request is answered with when the holder died.</summary>
    /// <value><see cref="IdempotencyAfterCrash.Rerun"/>.</value>
    public IdempotencyAfterCrash AfterCrash { get; set; }

    /// <summary>How long a request waits for the one in flight, to replay its answer, before it is told 409.</summary>
    /// <value>Zero: it is told at once.</value>
    public TimeSpan InFlightWait { get; set; }

    /// <summary>The <c>Retry-After</c> of a 409 in flight; less where the holder's lease ends before.</summary>
    /// <value>1 s.</value>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest body that is kept for replay, in bytes. A larger one is sent and not kept; that it was sent is remembered, and a
    /// repeated request is answered with 409 <c>idempotency_response_not_kept</c>.
    /// </summary>
    /// <value>256 KiB.</value>
    public int MaxResponseBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// How much of the request's body is compared with the first request's, in bytes. It is held in memory until the handler reads it.
    /// Of a longer body, what follows is not compared, but for the length where the client declares it.
    /// </summary>
    /// <value>256 KiB.</value>
    public int MaxFingerprintBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Which statuses are kept for replay. After any other the key is free again. 401, 403, 407, 408, 421, 423, 425, 429, 499, 5xx and
    /// 1xx are never kept, whatever this says.
    /// </summary>
    /// <value>2xx, 3xx and the other 4xx.</value>
    public Func<int, bool> Keeps { get; set; } = static _ => true;

    /// <summary>The response headers that a replay carries. Those of one connection, one moment or one browser are refused.</summary>
    public ICollection<string> ReplayedHeaders { get; private set; } =
    [
        "Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition", "Content-Location", "Location", "ETag", "Last-Modified",
        "Link", "Cache-Control", "Vary", "Retry-After",
    ];

    /// <summary>
    /// Who calls: what keeps the keys of callers apart. Null is nobody, who cannot use keys. Never a value that the caller can choose.
    /// </summary>
    /// <value>The claims <c>iss</c> and <c>sub</c>, else <c>client_id</c>, of an authenticated caller.</value>
    public Func<ClaimsPrincipal, string?> Caller { get; set; } = IdempotencyCaller.Of;

    /// <summary>What the <c>Link</c> with <c>rel="describedby"</c> of a refusal points to.</summary>
    /// <value>The draft of the header's standard.</value>
    public string Documentation { get; set; } = "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header";

    internal IdempotencyOptions Copy()
    {
        var copy = (IdempotencyOptions)MemberwiseClone();
        copy.ReplayedHeaders = [.. ReplayedHeaders];
        return copy;
    }
}
