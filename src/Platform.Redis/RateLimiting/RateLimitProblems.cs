using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.Redis.RateLimiting;

/// <summary>What administrators are told.</summary>
internal static class RateLimitProblems
{
    public static ProblemHttpResult NoSuchPolicy() => Problem(
        StatusCodes.Status404NotFound, "rate-limit-policy-unknown", "There is no such rate limit policy",
        "Name a configured policy: GET /v1/ratelimits/policies lists them.");

    public static ProblemHttpResult NotAChange() => Problem(
        StatusCodes.Status400BadRequest, "rate-limit-change-malformed", "The change cannot be read",
        "Send a JSON object with nothing but any of limit, window (as 00:01:00), burst, mode, whenRedisIsAway, tiers.");

    public static ProblemHttpResult NotABan() => Problem(
        StatusCodes.Status400BadRequest, "rate-limit-ban-malformed", "The ban cannot be read", "Send a JSON object with seconds, a number.");

    public static ProblemHttpResult NotValid(string wrong) => Problem(
        StatusCodes.Status400BadRequest, "rate-limit-value-invalid", "The change is not valid", wrong);

    public static ProblemHttpResult TooManyBans() => Problem(
        StatusCodes.Status409Conflict, "rate-limit-bans-full", "There are too many bans",
        $"There are {RateLimitStore.MostBans} bans. Lift one, or wait until one ends.");

    private static ProblemHttpResult Problem(int status, string type, string title, string detail) => TypedResults.Problem(
        detail, statusCode: status, title: title, type: "urn:platform:problem:" + type,
        extensions: new Dictionary<string, object?> { ["code"] = type.Replace('-', '_') });
}
