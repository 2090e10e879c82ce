using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;

namespace PrivacyService.Detection;

internal static class DetectApi
{
    public static void MapDetectApi(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/detect", Detect)
        .WithTags("Detection").WithRequestBodyLimit(PseudonymsApi.LongestLines)
        .WithName("Detect").WithSummary("Finds personal data in a JSON document and tells where, without repeating it.");

    private static Results<Ok<DetectResponse>, ForbidHttpResult> Detect(DetectRequest request, ClaimsPrincipal caller, DetectionEngine detection)
    {
        if (caller.IsService() && !caller.HasScope(Scopes.Pseudonymize))
        {
            return TypedResults.Forbid();
        }

        if (request.Document.Utf8.IsEmpty)
        {
            throw DocumentProblems.Missing();
        }

        try
        {
            return TypedResults.Ok(new DocumentScanner(detection).Scan(request.Document.Utf8.Span));
        }
        catch (InvalidDocumentException exception)
        {
            throw DocumentProblems.Invalid(exception);
        }
    }
}
