using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// Problem details (RFC 9457) of the platform: a stable <c>type</c> and <c>code</c>, a <c>traceId</c>, and a <c>detail</c> that says
/// what to change.
/// </summary>
public static class Problems
{
    public static ProblemHttpResult BadRequest(string code, string title, string detail) => Of(StatusCodes.Status400BadRequest, code, title, detail);

    public static ProblemHttpResult Unauthorized(string code, string title, string detail) => Of(StatusCodes.Status401Unauthorized, code, title, detail);

    public static ProblemHttpResult Forbidden(string code, string title, string detail) => Of(StatusCodes.Status403Forbidden, code, title, detail);

    public static ProblemHttpResult NotFound(string code, string title, string detail) => Of(StatusCodes.Status404NotFound, code, title, detail);

    public static ProblemHttpResult Conflict(string code, string title, string detail) => Of(StatusCodes.Status409Conflict, code, title, detail);

    public static ProblemHttpResult Gone(string code, string title, string detail) => Of(StatusCodes.Status410Gone, code, title, detail);

    public static ProblemHttpResult PreconditionFailed(string code, string title, string detail) =>
        Of(StatusCodes.Status412PreconditionFailed, code, title, detail);

    public static ProblemHttpResult PayloadTooLarge(string code, string title, string detail) =>
        Of(StatusCodes.Status413PayloadTooLarge, code, title, detail);

    public static ProblemHttpResult UnsupportedMediaType(string code, string title, string detail) =>
        Of(StatusCodes.Status415UnsupportedMediaType, code, title, detail);

    public static ProblemHttpResult Unprocessable(string code, string title, string detail) =>
        Of(StatusCodes.Status422UnprocessableEntity, code, title, detail);

    /// <summary>503 with <c>Retry-After</c>: sent through the exception handler, which owns that header.</summary>
    public static ProblemException Unavailable(TimeSpan retryAfter, string code, string title, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, title, detail, retryAfter);

    /// <summary>Any other status, or one with further members.</summary>
    public static ProblemHttpResult Of(int status, string code, string title, string detail, IDictionary<string, object?>? extensions = null)
    {
        var members = new Dictionary<string, object?>(extensions ?? new Dictionary<string, object?>()) { ["code"] = code };
        return TypedResults.Problem(detail, statusCode: status, title: title, type: TypeOf(code), extensions: members);
    }

    /// <summary>The stable type of a problem: <c>body_too_large</c> is <c>urn:platform:problem:body-too-large</c>.</summary>
    public static string TypeOf(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return "urn:platform:problem:" + code.Replace('_', '-');
    }
}
