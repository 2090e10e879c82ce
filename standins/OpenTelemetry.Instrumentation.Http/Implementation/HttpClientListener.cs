using System.Diagnostics;

namespace OpenTelemetry.Instrumentation.Http.Implementation;

/// <summary>
/// Applies the options to the activities that the runtime's HTTP handler starts. The handler itself names them and sets
/// their tags, status and redacted URL, and records exceptions; only filter and enrichment are left to do.
/// </summary>
internal sealed class HttpClientListener(HttpClientTraceInstrumentationOptions options)
    : DiagnosticEventListener("HttpHandlerDiagnosticListener")
{
    private const string OperationName = "System.Net.Http.HttpRequestOut";

    protected override void OnEvent(string name, object? payload)
    {
        if (Activity.Current is not { OperationName: OperationName, IsAllDataRequested: true } activity)
        {
            return;
        }

        switch (name)
        {
            case "System.Net.Http.HttpRequestOut.Start" when Read<HttpRequestMessage>(payload, "Request") is { } request:
                OnStart(activity, request);
                break;
            case "System.Net.Http.HttpRequestOut.Stop" when Read<HttpResponseMessage>(payload, "Response") is { } response:
                Guard(() => options.EnrichWithHttpResponseMessage?.Invoke(activity, response));
                break;
            case "System.Net.Http.Exception" when Read<Exception>(payload, "Exception") is { } exception:
                Guard(() => options.EnrichWithException?.Invoke(activity, exception));
                break;
        }
    }

    private void OnStart(Activity activity, HttpRequestMessage request)
    {
        if (options.FilterHttpRequestMessage is { } filter && !Passes(() => filter(request)))
        {
            Drop(activity);
            return;
        }

        Guard(() => options.EnrichWithHttpRequestMessage?.Invoke(activity, request));
    }
}
