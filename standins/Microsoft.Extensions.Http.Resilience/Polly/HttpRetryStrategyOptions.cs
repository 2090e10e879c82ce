using Polly;
using Polly.Retry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The retries of HTTP requests: transient failures only, exponential with jitter, or when the server says.</summary>
public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    private bool _shouldRetryAfterHeader;

    /// <summary>Creates the options.</summary>
    public HttpRetryStrategyOptions()
    {
        ShouldHandle = static arguments => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(arguments.Outcome, arguments.Context.CancellationToken));
        BackoffType = DelayBackoffType.Exponential;
        UseJitter = true;
        ShouldRetryAfterHeader = true;
    }

    /// <summary>Gets or sets whether a <c>Retry-After</c> header decides how long to wait.</summary>
    public bool ShouldRetryAfterHeader
    {
        get => _shouldRetryAfterHeader;
        set
        {
            _shouldRetryAfterHeader = value;
            DelayGenerator = value
                ? static arguments => ValueTask.FromResult(RetryAfter.Of(arguments.Outcome.Result, TimeProvider.System))
                : null;
        }
    }
}
