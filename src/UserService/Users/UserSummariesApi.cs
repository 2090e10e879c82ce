using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Platform.Contracts;
using Platform.Contracts.Users;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace UserService.Users;

/// <summary>People as other services see them.</summary>
internal static class UserSummariesApi
{
    public static void MapUserSummariesApi(this IEndpointRouteBuilder routes)
    {
        var summaries = routes.MapGroup("/v1/users").WithTags("Users").RequireScope(Scopes.ReadUsers)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        summaries.MapGet("/{id}/summary", GetAsync).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetUserSummary").WithSummary("What other services may know of a person; a moment behind at most (services).");
        summaries.MapGet("/summaries", ListAsync).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ListUserSummaries").WithSummary("The same for up to 100 people, without those who do not exist (services).");
    }

    private static async Task<Results<Ok<UserSummary>, ProblemHttpResult>> GetAsync(
        string id, UserSummaries summaries, CancellationToken cancellationToken) =>
        PlatformId.IsValid(id, User.IdPrefix) && await summaries.FindAsync(id, cancellationToken) is { } summary
            ? TypedResults.Ok(summary)
            : Problems.NotFound("user_not_found", "There is no such account", "The account was deleted, or never was.");

    private static async Task<Results<Ok<UserSummariesResponse>, ProblemHttpResult>> ListAsync(
        [FromQuery(Name = "id")] string[] ids, UserSummaries summaries, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct(StringComparer.Ordinal).ToArray();
        if (wanted.Length is 0 or > UsersClient.LargestBatch || !Array.TrueForAll(wanted, id => PlatformId.IsValid(id, User.IdPrefix)))
        {
            return Problems.BadRequest("invalid_ids", "Not a list of people", $"Send id=usr_… one to {UsersClient.LargestBatch} times.");
        }

        var found = await Task.WhenAll(wanted.Select(id => summaries.FindAsync(id, cancellationToken).AsTask()));
        return TypedResults.Ok(new UserSummariesResponse([.. found.OfType<UserSummary>()]));
    }
}
