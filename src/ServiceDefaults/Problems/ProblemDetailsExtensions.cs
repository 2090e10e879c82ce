using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Platform.ServiceDefaults.Problems;

internal static class ProblemDetailsExtensions
{
    private const string SendWhole = "Send the request whole: its body ended early, or is not framed as its headers say.";

    public static void AddPlatformProblemDetails(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddSingleton<IProblemDetailsWriter, LastProblemDetailsWriter>();
        services.AddExceptionHandler<ProblemExceptionHandler>();

        // Bad input reaches the exception handler in every environment, which turns it into a problem that says what was wrong.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    /// <summary>Gives problems that the framework wrote (401, 404, 405 …) the platform's type and code, and every problem its trace id.</summary>
    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (problem.Status == StatusCodes.Status401Unauthorized && context.HttpContext.Response.Headers.WWWAuthenticate.Count == 0)
        {
            // RFC 9110, section 15.5.2: a 401 names a way to authenticate. The bearer handler has said more where it was asked.
            context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (!problem.Extensions.ContainsKey("code"))
        {
            var (code, detail) = Describe(
                problem.Status ?? context.HttpContext.Response.StatusCode, problem is HttpValidationProblemDetails, context.HttpContext);
            problem.Extensions["code"] = code;
            problem.Type = Problems.TypeOf(code);
            problem.Detail ??= detail;
        }

        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
    }

    private static (string Code, string? Detail) Describe(int status, bool validation, HttpContext http) => (status, validation) switch
    {
        (_, true) => ("validation_failed", "Correct what 'errors' names and send the request again."),
        (StatusCodes.Status400BadRequest, _) => ("bad_request", BindingDetail.OfQuery(http) ?? SendWhole),
        (StatusCodes.Status401Unauthorized, _) => ("unauthorized", $"Send a valid access token: {TokenHeaderOf(http)}: Bearer and the accessToken of a sign-in."),
        (StatusCodes.Status403Forbidden, _) => ("forbidden", ForbiddenDetail.Of(http)),
        (StatusCodes.Status404NotFound, _) => ("not_found", "There is nothing at this address."),
        (StatusCodes.Status405MethodNotAllowed, _) => ("method_not_allowed", "Use a method that the Allow header names."),
        (StatusCodes.Status413PayloadTooLarge, _) => ("body_too_large", "Send a smaller body, or several."),
        (StatusCodes.Status415UnsupportedMediaType, _) => ("unsupported_media_type", "Send the body in a media type that the API page names."),
        (StatusCodes.Status500InternalServerError, _) => ("internal_error", "This is our mistake. The traceId finds it in the logs."),
        _ => ($"http_{status}", null),
    };

    private static string TokenHeaderOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<TokenHeader>()?.Name ?? HeaderNames.Authorization;
}
