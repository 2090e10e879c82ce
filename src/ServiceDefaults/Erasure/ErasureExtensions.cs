using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.Erasure;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Erasure;

/// <summary>How a service forgets a person.</summary>
public static class ErasureExtensions
{
    /// <summary>
    /// For this long after an erasure nothing new is taken for the person: longer than anything that was under way lives, such as a task that
    /// waits for its next attempt, or a message that waits to be sent.
    /// </summary>
    public static readonly TimeSpan MarkerLifetime = TimeSpan.FromDays(8);

    /// <summary>Has what this feature keeps about a person erased with the person.</summary>
    public static IServiceCollection AddPersonalData<T>(this IServiceCollection services) where T : class, IPersonalData =>
        services.AddScoped<IPersonalData, T>();

    /// <summary>The route through which UserService has this service forget a person.</summary>
    public static void MapPeopleApi(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/people/{userId}", EraseAsync).RequireScope(Scopes.ErasePeople).WithTags("People")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("ErasePerson").WithSummary("Erases everything about a person, or a piece of it: to be repeated until done (UserService only).");

    private static async Task<Results<Ok<ErasureResponse>, ProblemHttpResult>> EraseAsync(
        string userId, IEnumerable<IPersonalData> personalData, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(userId, "usr"))
        {
            return Problems.Problems.BadRequest("invalid_user_id", "Not the id of a person", "Name an id such as usr_01k9….");
        }

        var answers = new List<ErasureResponse>();
        foreach (var data in personalData)
        {
            answers.Add(await data.EraseAsync(userId, cancellationToken));
        }

        return TypedResults.Ok(new ErasureResponse(answers.All(answer => answer.Done), [.. answers.SelectMany(answer => answer.Items)]));
    }
}
