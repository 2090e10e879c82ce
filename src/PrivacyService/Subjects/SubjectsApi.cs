using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Subjects;

internal static class SubjectsApi
{
    private const string Me = "me";

    public static void AddSubjects(this IServiceCollection services) => services.AddScoped<SubjectErasure>();

    public static void MapSubjectsApi(this IEndpointRouteBuilder routes)
    {
        var subjects = routes.MapGroup("/v1").WithTags("Subjects");
        subjects.MapDelete("/subjects/{subject}", EraseAsync)
            .WithName("EraseSubject").WithSummary("Destroys everything that is kept here about a subject, me or usr_…, and answers with a receipt.");
        subjects.MapGet("/receipts/{id}", GetAsync)
            .WithName("GetErasureReceipt").WithSummary("The receipt of an erasure, for 30 days; who knows its id may read it.");
    }

    private static async Task<Ok<SubjectReceipt>> EraseAsync(string subject, ClaimsPrincipal caller, SubjectErasure erasure, CancellationToken cancellationToken) =>
        TypedResults.Ok(await erasure.EraseAsync(SubjectOf(subject, caller), cancellationToken));

    private static async Task<Ok<SubjectReceipt>> GetAsync(string id, SubjectErasure erasure, CancellationToken cancellationToken) =>
        PlatformId.IsValid(id, SubjectErasure.ReceiptPrefix) && await erasure.FindAsync(id, cancellationToken) is { } receipt
            ? TypedResults.Ok(receipt)
            : throw new ProblemException(StatusCodes.Status404NotFound, "receipt_not_found", "No such receipt", "It is older than 30 days, or never was.");

    private static string SubjectOf(string subject, ClaimsPrincipal caller)
    {
        if (caller.IsService() ? !caller.HasScope(Scopes.ErasePeople) : !(caller.IsAdmin() || subject == Me || subject == caller.UserId()))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "not_the_subject", "Not allowed",
                $"People erase what is theirs (me), administrators and services with the scope {Scopes.ErasePeople} anybody's.");
        }

        return subject == Me && !caller.IsService() ? caller.UserId()
            : PlatformId.IsValid(subject, "usr") ? subject
            : throw new ProblemException(StatusCodes.Status400BadRequest, "invalid_subject", "Not a subject", "Name a person, usr_…, or yourself, me.");
    }
}
