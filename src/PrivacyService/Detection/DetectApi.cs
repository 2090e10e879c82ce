using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;

namespace PrivacyService.Detection;

internal static class DetectApi
{
    public static void MapDetectApi(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/detect", Detect)
        .WithTags("Detection").WithRequestBodyLimit(PseudonymsApi.LongestLines)
        .WithName("Detect").WithSummary("Finds personal data in a JSON document or a text and tells where, without repeating it.");

    private static Results<Ok<DetectResponse>, ForbidHttpResult> Detect(DetectRequest request, ClaimsPrincipal caller, DetectionEngine detection)
    {
        if (caller.IsService() && !caller.HasScope(Scopes.Pseudonymize))
        {
            return TypedResults.Forbid();
        }

        if (request.Document.Utf8.IsEmpty == request.Text is null)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "document_or_text", "What is to be looked at?", "Send either a document, which is any JSON, or a text.");
        }

        var scanner = new DocumentScanner(detection, DetectionRulesBuilder.Build(request));
        try
        {
            return TypedResults.Ok(request.Text is null ? scanner.Scan(request.Document.Utf8.Span) : scanner.Scan(request.Text));
        }
        catch (InvalidDocumentException exception)
        {
            throw DocumentProblems.Invalid(exception);
        }
        catch (RegexMatchTimeoutException)
        {
            throw DetectionRulesBuilder.TooSlow();
        }
    }
}
