using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Redis.Idempotency;

/// <summary>Writes refusals as problem details.</summary>
internal sealed class IdempotencyProblems(IProblemDetailsService problems)
{
    public async Task WriteAsync(
        HttpContext context, IdempotencyProblem problem, string link, TimeSpan? retryAfter = null, int? originalStatus = null)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.Append("Link", link);
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var details = new ProblemDetails
        {
            Status = problem.Status,
            Type = "urn:platform:problem:" + problem.Code.Replace('_', '-'),
            Title = problem.Title,
            Detail = problem.Detail,
            Extensions =
            {
                ["code"] = problem.Code,
                ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier,
            },
        };
        if (originalStatus is not null)
        {
            details.Extensions["originalStatus"] = originalStatus;
        }

        await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details }).ConfigureAwait(false);
    }
}
