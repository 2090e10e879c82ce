using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Platform.ServiceDefaults.Problems;

/// <summary>Turns the few exceptions that are answers into problem details. All others stay errors: logged by the framework, answered with a bare 500.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems, IOptions<JsonOptions> json, IOptions<JsonProblemOptions> told) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = exception switch
        {
            ProblemException own => Of(own),
            BadHttpRequestException bad => Of(bad, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? httpContext.GetEndpoint()),

            // Kestrel's way to say that the size of a chunk of the body is too large a number.
            IOException { InnerException: OverflowException } => Of(
                StatusCodes.Status400BadRequest, "bad_request", "The request is not valid", "Send chunks with their true size."),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        if (exception is ProblemException { RetryAfter: { } retryAfter })
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
            httpContext.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    private static ProblemDetails Of(ProblemException exception)
    {
        var problem = new ProblemDetails
        {
            Status = exception.Status,
            Type = Problems.TypeOf(exception.Code),
            Title = exception.Title,
            Detail = exception.Message,
            Extensions = { ["code"] = exception.Code },
        };
        foreach (var (name, value) in exception.Extensions)
        {
            problem.Extensions[name] = value;
        }

        return problem;
    }

    private ProblemDetails Of(BadHttpRequestException exception, Endpoint? endpoint) => exception switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Of(
            exception.StatusCode, "body_too_large", "The request body is too large", "Send a smaller body, or several."),
        { InnerException: JsonException wrong } => Of(
            exception.StatusCode, "invalid_json", "The request body is not the JSON that was expected",
            JsonDetail.Of(wrong, BodyOf(endpoint), told.Value.NamesUnknownMembers)),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Of(
            exception.StatusCode, "unsupported_media_type", "Unsupported media type", "Send the body with Content-Type: application/json."),
        _ => Of(
            exception.StatusCode, "bad_request", "The request is not valid",
            BindingDetail.Of(exception.Message, endpoint, json.Value.SerializerOptions)),
    };

    private JsonTypeInfo? BodyOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type ? json.Value.SerializerOptions.GetTypeInfo(type) : null;

    private static ProblemDetails Of(int status, string code, string title, string detail) => new()
    {
        Status = status,
        Type = Problems.TypeOf(code),
        Title = title,
        Detail = detail,
        Extensions = { ["code"] = code },
    };
}
