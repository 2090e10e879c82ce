using System.Diagnostics;

namespace OpenTelemetry.Instrumentation.Http;

/// <summary>What is recorded of outgoing HTTP requests.</summary>
public class HttpClientTraceInstrumentationOptions
{
    /// <summary>Gets or sets a filter: requests for which it returns <see langword="false"/> or throws are not recorded.</summary>
    public Func<HttpRequestMessage, bool>? FilterHttpRequestMessage { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the request starts.</summary>
    public Action<Activity, HttpRequestMessage>? EnrichWithHttpRequestMessage { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the response's headers have arrived.</summary>
    public Action<Activity, HttpResponseMessage>? EnrichWithHttpResponseMessage { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the request fails.</summary>
    public Action<Activity, Exception>? EnrichWithException { get; set; }

    /// <summary>Gets or sets whether an exception is recorded as an event of the activity. Since .NET 9 the runtime does so always.</summary>
    public bool RecordException { get; set; }
}
