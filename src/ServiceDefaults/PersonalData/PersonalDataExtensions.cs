using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.PersonalData;

/// <summary>How a service tells what it keeps about a person, and forgets it.</summary>
public static class PersonalDataExtensions
{
    /// <summary>
    /// For this long after an erasure nothing new is taken for the person: longer than anything that was under way lives, such as a task that
    /// waits for its next attempt, or a message that waits to be sent.
    /// </summary>
    public static readonly TimeSpan MarkerLifetime = TimeSpan.FromDays(8);

    /// <summary>Has what this feature keeps about a person exported and erased with all else of the person.</summary>
    public static IServiceCollection AddPersonalData<T>(this IServiceCollection services) where T : class, IPersonalData =>
        services.AddScoped<IPersonalData, T>();

    /// <summary>The routes through which others have this service forget a person, or tell what it keeps.</summary>
    public static void MapPeopleApi(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/v1/people/{userId}", EraseAsync).RequireScope(Scopes.ErasePeople).WithTags("People")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("ErasePerson").WithSummary("Erases everything about a person, or a piece of it: to be repeated until done (UserService only).");
        routes.MapPeopleExportApi();
    }

    /// <summary>The route through which TaskService is told what this service keeps about a person.</summary>
    public static void MapPeopleExportApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/people/{userId}/export", ExportAsync).RequireScope(Scopes.ExportPeople).WithTags("People")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status410Gone).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("ExportPerson").WithSummary("Everything that is kept about a person, part by part (TaskService only).");

    private static async Task<Results<Ok<ErasureResponse>, ProblemHttpResult>> EraseAsync(
        string userId, IEnumerable<IPersonalData> personalData, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(userId, "usr"))
        {
            return NotAPerson();
        }

        var answers = new List<ErasureResponse>();
        foreach (var data in personalData)
        {
            answers.Add(await data.EraseAsync(userId, cancellationToken));
        }

        return TypedResults.Ok(new ErasureResponse(answers.All(answer => answer.Done), [.. answers.SelectMany(answer => answer.Items)]));
    }

    private static async Task<Results<Ok<IAsyncEnumerable<PersonalRecord>>, ProblemHttpResult>> ExportAsync(
        string userId, IEnumerable<IPersonalData> personalData, HttpContext context, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(userId, "usr"))
        {
            return NotAPerson();
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await personalData.ExportAsync(userId, cancellationToken));
    }

    private static ProblemHttpResult NotAPerson() =>
        Problems.Problems.BadRequest("invalid_user_id", "Not the id of a person", "Name an id such as usr_01k9….");
}
