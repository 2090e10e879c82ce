using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The timeout of HTTP requests.</summary>
public class HttpTimeoutStrategyOptions : TimeoutStrategyOptions;
