using System.Diagnostics;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Instrumentation.Implementation;

namespace OpenTelemetry.Instrumentation.Http.Implementation;

/// <summary>
/// Applies the options to the activities that the runtime's HTTP handler starts. The handler itself names them and sets
/// their tags, status and redacted URL, and records exceptions; only filter, enrichment and the SDK's baggage are left to do.
/// </summary>
internal sealed class HttpClientListener(HttpClientTraceInstrumentationOptions options)
    : DiagnosticEventListener("HttpHandlerDiagnosticListener", OperationName, Started, Stopped, Failed)
{
    private const string OperationName = "System.Net.Http.HttpRequestOut";
    private const string Started = $"{OperationName}.Start";
    private const string Stopped = $"{OperationName}.Stop";
    private const string Failed = "System.Net.Http.Exception";

    protected override void OnEvent(string name, object? payload)
    {
        if (Activity.Current is not { OperationName: OperationName } activity)
        {
            return;
        }

        switch (name)
        {
            case Started when Read<HttpRequestMessage>(payload, "Request") is { } request:
                OnStart(activity, request);
                break;
            case Stopped when activity.IsAllDataRequested && Read<HttpResponseMessage>(payload, "Response") is { } response:
                Enrich(options.EnrichWithHttpResponseMessage, activity, response);
                break;
            case Failed when activity.IsAllDataRequested && Read<Exception>(payload, "Exception") is { } exception:
                Enrich(options.EnrichWithException, activity, exception);
                break;
        }
    }

    private void OnStart(Activity activity, HttpRequestMessage request)
    {
        if (activity.IsAllDataRequested && options.FilterHttpRequestMessage is { } filter && !Passes(filter, request))
        {
            Drop(activity);
        }

        // A message that is sent again still carries what its first attempt put there, so this sets rather than adds.
        Propagators.DefaultTextMapPropagator.Inject(
            new PropagationContext(activity.Context, Baggage.Current),
            request.Headers,
            static (headers, name, value) =>
            {
                headers.Remove(name);
                headers.TryAddWithoutValidation(name, value);
            });

        if (activity.IsAllDataRequested)
        {
            Enrich(options.EnrichWithHttpRequestMessage, activity, request);
        }
    }
}
