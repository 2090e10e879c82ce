using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Platform.Redis.Problems;

/// <summary>Redis being away is an answer, not an error of the service: 503, when to come back, and nothing about the inside.</summary>
internal sealed class RedisUnavailableExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not RedisUnavailableException unavailable)
        {
            return false;
        }

        var seconds = Math.Max(1, (long)Math.Ceiling(unavailable.RetryAfter.TotalSeconds));
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Type = "urn:platform:problem:redis-unavailable",
                Title = "The data store is unavailable",
                Detail = unavailable.OutcomeUnknown
                    ? $"The request may have been carried out. Look before you repeat it, or repeat it with the same Idempotency-Key, in {seconds} s."
                    : $"The request was not carried out. Send it again in {seconds} s.",
                Extensions =
                {
                    ["code"] = "redis_unavailable",
                    ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier,
                },
            },
        }).ConfigureAwait(false);
    }
}
