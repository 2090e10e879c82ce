using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.ServiceDefaults.Problems;

internal static class ProblemDetailsExtensions
{
    public static void AddPlatformProblemDetails(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddExceptionHandler<ProblemExceptionHandler>();

        // Bad input reaches the exception handler in every environment, which turns it into a problem that says what was wrong.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    /// <summary>Gives problems that the framework wrote (401, 404, 405 …) the platform's type and code, and every problem its trace id.</summary>
    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var code = CodeOf(problem.Status ?? context.HttpContext.Response.StatusCode, problem is HttpValidationProblemDetails);
            problem.Extensions["code"] = code;
            problem.Type = Problems.TypeOf(code);
        }

        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
    }

    private static string CodeOf(int status, bool validation) => (status, validation) switch
    {
        (_, true) => "validation_failed",
        (StatusCodes.Status400BadRequest, _) => "bad_request",
        (StatusCodes.Status401Unauthorized, _) => "unauthorized",
        (StatusCodes.Status403Forbidden, _) => "forbidden",
        (StatusCodes.Status404NotFound, _) => "not_found",
        (StatusCodes.Status405MethodNotAllowed, _) => "method_not_allowed",
        (StatusCodes.Status413PayloadTooLarge, _) => "body_too_large",
        (StatusCodes.Status415UnsupportedMediaType, _) => "unsupported_media_type",
        (StatusCodes.Status500InternalServerError, _) => "internal_error",
        _ => $"http_{status}",
    };
}
