using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Platform.Redis.RateLimiting;

/// <summary>Answers refused requests: 429 with the policies that refuse, or 503 where one cannot be kept without Redis.</summary>
internal static class RateLimitRejection
{
    // What everybody shares comes back for everybody at once: those who wait come back spread over a tenth of their wait more.
    private const double SharedJitter = 0.1;

    public static async ValueTask WriteAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var decision = HttpRateLimiter.RefusalOf(context);
        var seconds = decision is null ? 1 : Wait(decision);
        if (seconds is { } wait)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = wait.ToString(CultureInfo.InvariantCulture);
        }

        var problem = decision is { ReducedCapacity: true } ? ReducedCapacity(seconds) : QuotaExceeded(decision, seconds);
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        context.Response.StatusCode = problem.Status!.Value;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).ConfigureAwait(false);
    }

    private static long? Wait(RateLimitDecision decision)
    {
        if (decision.RetryAfter() is not { } wait)
        {
            return null;
        }

        var shared = decision.Items.Take(decision.Count).Any(item => item.Refuses && (item.Policy.Options.By & ~RateLimitBy.Endpoint) == 0);
#pragma warning disable CA5394 // Spreads load; nobody gains by guessing it.
        var longer = shared ? wait * (1 + (Random.Shared.NextDouble() * SharedJitter)) : wait;
#pragma warning restore CA5394
        return Math.Max(1, (long)Math.Ceiling(longer.TotalSeconds));
    }

    private static ProblemDetails QuotaExceeded(RateLimitDecision? decision, long? seconds) => new()
    {
        Status = StatusCodes.Status429TooManyRequests,
        Type = "https://iana.org/assignments/http-problem-types#quota-exceeded",
        Title = "Request cannot be satisfied as assigned quota has been exceeded",
        Detail = seconds is { } wait
            ? $"Nothing was done. Send the request again in {wait} s."
            : "Nothing was done. The request takes more than the quota can ever hold; ask for less at once.",
        Extensions =
        {
            ["code"] = "quota_exceeded",
            ["violated-policies"] = decision?.Items.Take(decision.Count).Where(item => item.Refuses).Select(item => item.Policy.Name).ToArray() ?? [],
        },
    };

    private static ProblemDetails ReducedCapacity(long? seconds) => new()
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Type = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
        Title = "Request cannot be satisfied due to temporary server capacity constraints",
        Detail = $"The quota cannot be kept at the moment, so nothing was done. Send the request again in {seconds} s.",
        Extensions = { ["code"] = "temporary_reduced_capacity" },
    };
}
