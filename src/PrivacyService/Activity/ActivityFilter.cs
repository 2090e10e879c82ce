using System.Diagnostics;
using System.Security.Claims;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Masking;
using PrivacyService.Pseudonyms;
using PrivacyService.Vault;

namespace PrivacyService.Activity;

/// <summary>Records calls of an endpoint as they end. It hands them to a queue and waits for nothing.</summary>
internal sealed class ActivityFilter(ActivityKind kind) : IEndpointFilter
{
    private const string Cancelled = "cancelled";

    /// <summary>What a call's own dictionary and patterns find.</summary>
    private const string OwnType = "own";

    private static readonly Dictionary<string, int> NoTypes = [];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = await next(context);
            // An answer that was broken off half-way was begun as a success.
            var isBroken = context.HttpContext.RequestAborted.IsCancellationRequested;
            Record(context.HttpContext, start, isBroken ? ActivityOutcome.Failed : ActivityOutcome.Success, isBroken ? Cancelled : null);
            return result;
        }
        catch (Exception exception)
        {
            var (outcome, code) = OutcomeOf(exception);
            Record(context.HttpContext, start, outcome, code);
            throw;
        }
    }

    private static (ActivityOutcome Outcome, string Code) OutcomeOf(Exception exception) => exception switch
    {
        ProblemException { Code: "residual_identifier" } problem => (ActivityOutcome.Residual, problem.Code),
        ProblemException { Code: "blocked_by_policy" } problem => (ActivityOutcome.Refused, problem.Code),
        ProblemException { Status: StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests } problem => (ActivityOutcome.Refused, problem.Code),
        ProblemException problem => (ActivityOutcome.Failed, problem.Code),
        RedisUnavailableException => (ActivityOutcome.Failed, "redis_unavailable"),
        OperationCanceledException => (ActivityOutcome.Failed, Cancelled),
        _ => (ActivityOutcome.Failed, "internal_error"),
    };

    private void Record(HttpContext context, long start, ActivityOutcome outcome, string? code)
    {
        var services = context.RequestServices;
        var call = services.GetRequiredService<CallActivity>();
        var master = services.GetRequiredService<MasterKeys>();
        var owner = call.Owner ?? OwnerOf(context.User, master);
        var types = Named(call.Types ?? NoTypes);
        services.GetRequiredService<ActivityQueue>().Add(new ActivityRecord(
            kind, outcome, KindOf(context.User), services.GetRequiredService<TimeProvider>().GetUtcNow(), owner?.Partition,
            owner is { } known && call.Scope is { } scope ? master.Tag(known, scope).ToString() : null,
            code, call.Values, call.Missing, types, Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3), System.Diagnostics.Activity.Current?.TraceId.ToHexString())
        {
            KeptUntil = outcome == ActivityOutcome.Success ? call.KeptUntil : null,
        });
    }

    /// <summary>Types that calls make up are counted as one: there is no end of them, and each may be named after somebody.</summary>
    private static IReadOnlyDictionary<string, int> Named(IReadOnlyDictionary<string, int> types) => types.Keys.All(IsKnown)
        ? types
        : types.GroupBy(type => IsKnown(type.Key) ? type.Key : OwnType, type => type.Value).ToDictionary(group => group.Key, group => group.Sum());

    private static bool IsKnown(string type) => type == DocumentRewriter.NamedType || MaskKind.Types.Contains(type);

    /// <summary>What was refused before it was known whose data it is counts for whoever asked.</summary>
    private static DataOwner? OwnerOf(ClaimsPrincipal caller, MasterKeys master) => caller.IsService() ? null : master.Owner(caller.UserId());

    private static CallerKind KindOf(ClaimsPrincipal caller) =>
        caller.IsService() ? CallerKind.Service : caller.IsAdmin() ? CallerKind.Administrator : CallerKind.Person;
}
