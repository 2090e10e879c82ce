using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// The standard pipeline of HTTP requests, from the outside in: rate limiter, total timeout, retry, circuit breaker, attempt timeout.
/// </summary>
public class HttpStandardResilienceOptions
{
    /// <summary>Gets or sets the limit on concurrent requests.</summary>
    [Required]
    [ValidateObjectMembers]
    public HttpRateLimiterStrategyOptions RateLimiter { get; set; } = new() { Name = "Standard-RateLimiter" };

    /// <summary>Gets or sets the timeout over all attempts.</summary>
    [Required]
    [ValidateObjectMembers]
    public HttpTimeoutStrategyOptions TotalRequestTimeout { get; set; } = new() { Name = "Standard-TotalRequestTimeout" };

    /// <summary>Gets or sets the retries.</summary>
    [Required]
    [ValidateObjectMembers]
    public HttpRetryStrategyOptions Retry { get; set; } = new() { Name = "Standard-Retry" };

    /// <summary>Gets or sets the circuit breaker.</summary>
    [Required]
    [ValidateObjectMembers]
    public HttpCircuitBreakerStrategyOptions CircuitBreaker { get; set; } = new() { Name = "Standard-CircuitBreaker" };

    /// <summary>Gets or sets the timeout of one attempt.</summary>
    [Required]
    [ValidateObjectMembers]
    public HttpTimeoutStrategyOptions AttemptTimeout { get; set; } = new()
    {
        Timeout = TimeSpan.FromSeconds(10),
        Name = "Standard-AttemptTimeout",
    };
}
