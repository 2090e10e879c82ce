using Polly.CircuitBreaker;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The circuit breaker of HTTP requests, which counts transient failures only.</summary>
public class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>
{
    /// <summary>Creates the options.</summary>
    public HttpCircuitBreakerStrategyOptions()
        => ShouldHandle = static arguments => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(arguments.Outcome, arguments.Context.CancellationToken));
}
