using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Vault;

namespace PrivacyService.Restoring;

/// <summary>Who had originals back: what concerns oneself for everybody, everything for administrators.</summary>
internal static class RestoresApi
{
    private const int DefaultPage = 50;
    private const int LargestPage = 200;

    public static void MapRestoresApi(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/restores", ListAsync)
        .RequireUser().WithTags("Activity").WithName("ListRestores")
        .WithSummary("Who had originals back, and what for, the newest first: mine, or for administrators a person's or all.");

    private static async Task<Ok<Page<RestoreResponse>>> ListAsync(
        ClaimsPrincipal caller,
        MasterKeys master,
        RestoreTrail trail,
        [Description("Whose; administrators only, and all where left out.")] string? owner,
        [Description("The nextCursor of the page before.")] string? cursor,
        [Range(1, LargestPage), DefaultValue(DefaultPage)] int? limit,
        CancellationToken cancellationToken)
    {
        if (owner is not null && !(caller.IsAdmin() ? PlatformId.IsValid(owner, "usr") : owner == caller.UserId()))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "not_the_owner", "Not allowed", "Leave owner out, or as an administrator name a person: owner=usr_….");
        }

        if (cursor is not null && !(EventPosition.TryParse(cursor, out var position) && position.Epoch.Length == 0))
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, or none.");
        }

        var partition = caller.IsAdmin() && owner is null ? ActivityStore.Everybody : master.Owner(owner ?? caller.UserId()).Partition;
        return TypedResults.Ok(await trail.ReadAsync(partition, cursor, Math.Clamp(limit ?? DefaultPage, 1, LargestPage), cancellationToken));
    }
}

/// <summary>Originals that left, or were about to.</summary>
/// <param name="By">The person or service that asked for them.</param>
/// <param name="Owner">Whose they are, as the HMAC that stands in events too.</param>
/// <param name="Values">How many distinct values; of a whole document, one for each 256 bytes of it.</param>
/// <param name="Route"><c>repersonalize</c>, <c>unmask</c> or <c>gateway</c>.</param>
/// <param name="Purpose">What for; null in the list of all.</param>
/// <param name="Scopes">Tags of the scopes that they were of; null in the list of all.</param>
internal sealed record RestoreResponse(
    string Id, DateTimeOffset At, string By, string Owner, int Values, string Route, string? Purpose, IReadOnlyList<string>? Scopes, string? TraceId);
