using OpenTelemetry.Instrumentation.AspNetCore;

namespace PrivacyService;

/// <summary>
/// Callers put personal data into paths, queries and headers, through the gateway foremost. So a span of this service says which route was called, and
/// nothing that the caller wrote.
/// </summary>
internal static class TraceRedaction
{
    private static readonly string[] WrittenByCallers = ["url.path", "url.query", "user_agent.original"];

    public static void AddTraceRedaction(this IServiceCollection services) => services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(static options =>
    {
        var enrich = options.EnrichWithHttpRequest;
        options.EnrichWithHttpRequest = (activity, request) =>
        {
            enrich?.Invoke(activity, request);
            Redact(activity);
        };
    });

    private static void Redact(System.Diagnostics.Activity activity)
    {
        activity.TraceStateString = null;
        foreach (var name in WrittenByCallers)
        {
            activity.SetTag(name, null);
        }

        foreach (var (name, _) in activity.Baggage.ToArray())
        {
            activity.SetBaggage(name, null);
        }
    }
}
