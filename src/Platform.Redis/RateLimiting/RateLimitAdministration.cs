using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Platform.Redis.RateLimiting;

namespace Platform.Redis;

/// <summary>Endpoints to see and steer rate limits.</summary>
public static class RateLimitAdministration
{
    private const string Path = "/v1/ratelimits";

    // A word that was misspelt must not pass for one left out. What Redis keeps is read as it is: a newer version may have written more.
    private static readonly RateLimitJson Strict =
        new(new JsonSerializerOptions(RateLimitJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow });

    /// <summary>
    /// Maps <c>GET /v1/ratelimits/me</c>, and for administrators <c>GET /v1/ratelimits/policies</c>,
    /// <c>PUT</c> and <c>DELETE /v1/ratelimits/policies/{name}</c>, <c>DELETE /v1/ratelimits/{policy}/{partition}</c>,
    /// <c>PUT</c> and <c>DELETE /v1/ratelimits/{policy}/bans/{partition}</c>. A partition is what the policy counts: a user id, a client id,
    /// an address; <c>?by=</c> and <c>?endpoint=</c> say so where the policy leaves it open. None is limited itself. Authorization is the
    /// service's: add it to what is returned.
    /// </summary>
    public static RateLimitsApi MapRateLimitsApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var callers = endpoints.MapGet(Path + "/me", MineAsync)
            .WithName("GetMyRateLimits").WithSummary("What the caller has left. Takes nothing.").WithTags("Rate limits").DisableRateLimiting();

        var administrators = endpoints.MapGroup(Path).WithTags("Rate limits").DisableRateLimiting();
        administrators.MapGet("/policies", ListAsync).WithName("ListRateLimitPolicies").WithSummary("The policies in force, and how often they were asked.");
        administrators.MapPut("/policies/{name}", ChangeAsync).WithName("ChangeRateLimitPolicy")
            .WithSummary("Changes a policy for all instances, within a second, until it is changed back.").Accepts<RateLimitPolicyChange>("application/json");
        administrators.MapDelete("/policies/{name}", RestoreAsync).WithName("RestoreRateLimitPolicy").WithSummary("Puts the configured policy in force.");
        administrators.MapDelete("/{policy}/{**partition}", ResetAsync).WithName("ResetRateLimit").WithSummary("Forgets what a partition used.");
        administrators.MapPut("/{policy}/bans/{**partition}", BanAsync).WithName("BanFromRateLimit").WithSummary("Refuses a partition for a while.")
            .Accepts<RateLimitBanRequest>("application/json");
        administrators.MapDelete("/{policy}/bans/{**partition}", UnbanAsync).WithName("LiftRateLimitBan").WithSummary("Ends a ban.");
        return new RateLimitsApi(callers, administrators);
    }

    private static async Task<Ok<RateLimitUsagesResponse>> MineAsync(
        HttpContext context, [FromServices] RateLimitDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RateLimitUsagesResponse(await desk.PeekAsync(context, cancellationToken).ConfigureAwait(false)));

    private static async Task<Ok<RateLimitPoliciesResponse>> ListAsync([FromServices] RateLimitDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RateLimitPoliciesResponse(await desk.ListAsync(cancellationToken).ConfigureAwait(false)));

    private static async Task<Results<Ok<RateLimitPolicyResponse>, ProblemHttpResult>> ChangeAsync(
        string name, HttpRequest request, [FromServices] RateLimitDesk desk, CancellationToken cancellationToken)
    {
        if (await ReadAsync(request, Strict.RateLimitPolicyChange, cancellationToken).ConfigureAwait(false) is not { } change)
        {
            return RateLimitProblems.NotAChange();
        }

        if (!desk.Knows(name))
        {
            return RateLimitProblems.NoSuchPolicy();
        }

        return desk.WhatIsWrong(name, change) is { } wrong
            ? RateLimitProblems.NotValid(wrong)
            : TypedResults.Ok(await desk.ChangeAsync(name, change, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<Results<Ok<RateLimitPolicyResponse>, ProblemHttpResult>> RestoreAsync(
        string name, [FromServices] RateLimitDesk desk, CancellationToken cancellationToken) => desk.Knows(name)
        ? TypedResults.Ok(await desk.ChangeAsync(name, null, cancellationToken).ConfigureAwait(false))
        : RateLimitProblems.NoSuchPolicy();

    private static async Task<Results<NoContent, ProblemHttpResult>> ResetAsync(
        string policy, string partition, RateLimitBy? by, string? endpoint, [FromServices] RateLimitDesk desk, CancellationToken cancellationToken)
    {
        if (!desk.Knows(policy))
        {
            return RateLimitProblems.NoSuchPolicy();
        }

        await desk.ResetAsync(policy, partition, by, endpoint, cancellationToken).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> BanAsync(
        string policy, string partition, HttpRequest request, RateLimitBy? by, string? endpoint, [FromServices] RateLimitDesk desk,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(request, Strict.RateLimitBanRequest, cancellationToken).ConfigureAwait(false) is not { } ban)
        {
            return RateLimitProblems.NotABan();
        }

        if (!desk.Knows(policy))
        {
            return RateLimitProblems.NoSuchPolicy();
        }

        var duration = TimeSpan.FromSeconds(ban.Seconds);
        if (duration < TimeSpan.FromSeconds(1) || duration > RateLimitKeys.LongestBan)
        {
            return RateLimitProblems.NotValid($"seconds is {ban.Seconds}; it is 1 to {RateLimitKeys.LongestBan.TotalSeconds}.");
        }

        return await desk.BanAsync(policy, partition, by, endpoint, duration, cancellationToken).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : RateLimitProblems.TooManyBans();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnbanAsync(
        string policy, string partition, RateLimitBy? by, string? endpoint, [FromServices] RateLimitDesk desk, CancellationToken cancellationToken)
    {
        if (!desk.Knows(policy))
        {
            return RateLimitProblems.NoSuchPolicy();
        }

        await desk.BanAsync(policy, partition, by, endpoint, null, cancellationToken).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    /// <summary>Null where the body is not what is asked for, or says more.</summary>
    private static async Task<T?> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await request.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
