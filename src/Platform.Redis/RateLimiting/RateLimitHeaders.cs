using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Platform.Redis.RateLimiting;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-11: lists of RFC 9651, a member per enforced
/// policy, on success and refusal alike.
/// </summary>
internal static class RateLimitHeaders
{
    private const string Policy = "RateLimit-Policy";
    private const string Limit = "RateLimit";

    public static void Write(HttpContext context, EndpointPlan plan, RateLimitDecision decision, long now)
    {
        if (plan.Header.Length == 0)
        {
            return;
        }

        var headers = context.Response.Headers;
        headers[Policy] = plan.HasTiers ? PoliciesOf(decision) : plan.Header;
        headers[Limit] = decision.Count == 1 ? Member(in decision.Items[0], now) : Members(decision, now);
    }

    /// <summary>Whole seconds, never fewer than it takes.</summary>
    public static long Seconds(long milliseconds) => milliseconds <= 0 ? 0 : (milliseconds + 999) / 1000;

    private static string Member(in RateLimitItem item, long now) => item.Rule.IsConcurrency
        ? string.Create(CultureInfo.InvariantCulture, $"{item.Policy.Quoted}{item.Remaining}")
        : string.Create(CultureInfo.InvariantCulture, $"{item.Policy.Quoted}{item.Remaining};t={ResetOf(item, now)}");

    // On refusal the time to wait: what is whole only later is of no use to who waits, and Retry-After may not come before it.
    private static long ResetOf(in RateLimitItem item, long now) =>
        Seconds((item.Refuses && item.RetryAt != long.MaxValue ? Math.Min(item.ResetAt, item.RetryAt) : item.ResetAt) - now);

    private static string Members(RateLimitDecision decision, long now)
    {
        var text = new StringBuilder();
        foreach (ref readonly var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (!item.Rule.Shadow)
            {
                text.Append(text.Length > 0 ? ", " : "").Append(Member(item, now));
            }
        }

        return text.ToString();
    }

    private static string PoliciesOf(RateLimitDecision decision)
    {
        if (decision.Count == 1)
        {
            return decision.Items[0].Rule.Header;
        }

        var text = new StringBuilder();
        foreach (ref readonly var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (!item.Rule.Shadow)
            {
                text.Append(text.Length > 0 ? ", " : "").Append(item.Rule.Header);
            }
        }

        return text.ToString();
    }
}
