using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Streaming;
using PrivacyService.Vault;

namespace PrivacyService.Activity;

/// <summary>What was called: one's own for everybody, all of it for administrators.</summary>
internal static class ActivityApi
{
    public static void MapActivityApi(this IEndpointRouteBuilder routes)
    {
        var activity = routes.MapGroup("/v1").WithTags("Activity").RequireUser();
        activity.MapGet("/events", StreamAsync).WithName("StreamPrivacyEvents")
            .WithSummary("Calls as they end, as server-sent events: my own, or all for administrators. Send Last-Event-ID to go on after a cut.");
        activity.MapGet("/stats", GetAsync).WithName("GetPrivacyStatistics")
            .WithSummary("Calls in numbers: my own in total; for administrators all, and the last 30 days.");
    }

    private static async Task<IResult> StreamAsync(
        ClaimsPrincipal caller, HttpRequest request, MasterKeys master, ActivityEvents events, CancellationToken cancellationToken)
    {
        var after = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : null;
        var partition = caller.IsAdmin() ? ActivityStore.Everybody : master.Owner(caller.UserId()).Partition;
        return ServerSentEvents.Stream(await events.OpenAsync(partition, after, cancellationToken));
    }

    private static async Task<Ok<StatisticsResponse>> GetAsync(
        ClaimsPrincipal caller, MasterKeys master, StatisticsReader statistics, CancellationToken cancellationToken) =>
        TypedResults.Ok(caller.IsAdmin()
            ? await statistics.OfAllAsync(cancellationToken)
            : await statistics.OfOwnerAsync(master.Owner(caller.UserId()).Partition, cancellationToken));
}
