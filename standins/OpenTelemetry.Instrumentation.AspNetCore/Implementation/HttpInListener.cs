using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Instrumentation.Implementation;

namespace OpenTelemetry.Instrumentation.AspNetCore.Implementation;

/// <summary>Names the activities that ASP.NET Core starts and sets their tags, by the semantic conventions for HTTP servers.</summary>
internal sealed class HttpInListener(AspNetCoreTraceInstrumentationOptions options)
    : DiagnosticEventListener(ActivitySourceName, OperationName, Started, Stopped, NotHandledByHost, NotHandled, Handled)
{
    internal const string ActivitySourceName = "Microsoft.AspNetCore";
    private const string OperationName = "Microsoft.AspNetCore.Hosting.HttpRequestIn";
    private const string Started = $"{OperationName}.Start";
    private const string Stopped = $"{OperationName}.Stop";
    private const string NotHandledByHost = "Microsoft.AspNetCore.Hosting.UnhandledException";
    private const string NotHandled = "Microsoft.AspNetCore.Diagnostics.UnhandledException";
    private const string Handled = "Microsoft.AspNetCore.Diagnostics.HandledException";

    protected override void OnEvent(string name, object? payload)
    {
        switch (name)
        {
            case Started when payload is HttpContext context:
                OnStart(context);
                break;
            case Stopped when payload is HttpContext context:
                OnStop(context);
                break;
            case NotHandledByHost or NotHandled or Handled:
                OnException(Read<Exception>(payload, "exception"));
                break;
        }
    }

    private void OnStart(HttpContext context)
    {
        if (Activity.Current is not { OperationName: OperationName } activity)
        {
            return;
        }

        RestoreBaggage(context.Request);

        if (!activity.IsAllDataRequested)
        {
            return;
        }

        if (options.Filter is { } filter && !Passes(filter, context))
        {
            Drop(activity);
            return;
        }

        SetRequestTags(activity, context.Request);
        Enrich(options.EnrichWithHttpRequest, activity, context.Request);
    }

    private void OnStop(HttpContext context)
    {
        if (Activity.Current is not { OperationName: OperationName, IsAllDataRequested: true } activity)
        {
            return;
        }

        if (Route(context) is { } route)
        {
            activity.DisplayName = $"{HttpMethodNames.ForDisplay(context.Request.Method)} {route}";
            activity.SetTag("http.route", route);
        }

        var status = context.Response.StatusCode;
        activity.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            if (activity.GetTagItem("error.type") is null)
            {
                activity.SetTag("error.type", status.ToString());
            }

            // A description that somebody set says more than the bare status.
            if (activity.Status == ActivityStatusCode.Unset)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }

        Enrich(options.EnrichWithHttpResponse, activity, context.Response);
    }

    private void OnException(Exception? exception)
    {
        if (exception is null || Server(Activity.Current) is not { IsAllDataRequested: true } activity)
        {
            return;
        }

        activity.SetTag("error.type", exception.GetType().FullName);
        if (options.RecordException)
        {
            activity.AddException(exception);
        }

        activity.SetStatus(ActivityStatusCode.Error);
        Enrich(options.EnrichWithException, activity, exception);
    }

    /// <summary>The handler that failed may have left an activity of its own current.</summary>
    private static Activity? Server(Activity? activity)
    {
        while (activity is not null && activity.OperationName != OperationName)
        {
            activity = activity.Parent;
        }

        return activity;
    }

    private void SetRequestTags(Activity activity, HttpRequest request)
    {
        activity.DisplayName = HttpMethodNames.ForDisplay(request.Method);

        if (request.Host.HasValue)
        {
            activity.SetTag("server.address", request.Host.Host);
            if (request.Host.Port is { } port && port != (request.IsHttps ? 443 : 80))
            {
                activity.SetTag("server.port", port);
            }
        }

        var method = HttpMethodNames.Normalize(request.Method);
        activity.SetTag("http.request.method", method);
        if (method != request.Method)
        {
            activity.SetTag("http.request.method_original", request.Method);
        }

        activity.SetTag("url.scheme", request.Scheme);
        activity.SetTag("url.path", Path(request));

        if (request.QueryString.HasValue)
        {
            var query = request.QueryString.Value!;
            activity.SetTag("url.query", options.DisableUrlQueryRedaction ? query : QueryRedaction.Redact(query));
        }

        if (request.Headers.UserAgent is [{ Length: > 0 } userAgent, ..])
        {
            activity.SetTag("user_agent.original", userAgent);
        }

        if (ProtocolVersion(request.Protocol) is { } version)
        {
            activity.SetTag("network.protocol.version", version);
        }
    }

    private static string Path(HttpRequest request)
        => request.PathBase.HasValue || request.Path.HasValue ? (request.PathBase + request.Path).Value! : "/";

    private static string? ProtocolVersion(string protocol) => protocol switch
    {
        "HTTP/2" => "2",
        "HTTP/1.1" => "1.1",
        "HTTP/3" => "3",
        "HTTP/1.0" => "1.0",
        _ => null,
    };

    private static string? Route(HttpContext context)
    {
        // The exception handler runs the pipeline again, without the endpoint that failed.
        var endpoint = context.Features.Get<IExceptionHandlerPathFeature>()?.Endpoint ?? context.GetEndpoint();
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        return string.IsNullOrEmpty(pattern) ? null : pattern[0] == '/' ? pattern : $"/{pattern}";
    }

    private static void RestoreBaggage(HttpRequest request)
    {
        if (request.Headers.ContainsKey("baggage"))
        {
            var context = Propagators.DefaultTextMapPropagator.Extract(
                default, request.Headers, static (headers, key) => headers.TryGetValue(key, out var values) ? values : []);
            Baggage.Current = context.Baggage;
        }
    }
}
