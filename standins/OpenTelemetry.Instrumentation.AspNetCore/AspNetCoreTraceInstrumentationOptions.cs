using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Instrumentation.AspNetCore;

/// <summary>What is recorded of incoming HTTP requests.</summary>
public class AspNetCoreTraceInstrumentationOptions
{
    /// <summary>Gets or sets a filter: requests for which it returns <see langword="false"/> or throws are not recorded.</summary>
    public Func<HttpContext, bool>? Filter { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the request starts.</summary>
    public Action<Activity, HttpRequest>? EnrichWithHttpRequest { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the request ends.</summary>
    public Action<Activity, HttpResponse>? EnrichWithHttpResponse { get; set; }

    /// <summary>Gets or sets an action that may add to the activity when the request fails.</summary>
    public Action<Activity, Exception>? EnrichWithException { get; set; }

    /// <summary>Gets or sets whether an exception is recorded as an event of the activity.</summary>
    public bool RecordException { get; set; }

    internal bool DisableUrlQueryRedaction { get; set; }
}
