using System.Diagnostics.CodeAnalysis;
using System.Net;
using Polly;
using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Which outcomes of HTTP requests are worth another attempt.</summary>
public static class HttpClientResiliencePredicates
{
    /// <summary>Returns whether the outcome is a failed connection, a timeout, or a status of 5xx, 408 or 429.</summary>
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Result: { } response } => IsTransient(response.StatusCode),
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        _ => false,
    };

    /// <summary>Returns whether the outcome is transient; a connect timeout, which looks like a cancellation, is, too.</summary>
    [Experimental("EXTEXP0001")]
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome, CancellationToken cancellationToken)
        => IsConnectTimeout(outcome.Exception, cancellationToken) || IsTransient(outcome);

    private static bool IsTransient(HttpStatusCode status)
        => status >= HttpStatusCode.InternalServerError || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static bool IsConnectTimeout(Exception? exception, CancellationToken cancellationToken)
        => !cancellationToken.IsCancellationRequested
            && exception is OperationCanceledException { Source: "System.Private.CoreLib", InnerException: TimeoutException };
}
