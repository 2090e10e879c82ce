using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Http;

namespace Platform.ServiceDefaults.Health;

/// <summary>Health reports as JSON, or as one word for probes that ask for <c>text/plain</c>. Never a connection string or an exception's text.</summary>
internal static class HealthResponse
{
    private static readonly string Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Task WriteStatusAsync(HttpContext context, HealthReport report) => WriteAsync(context, report, () => Status(report));

    /// <summary>The data of the only check in the report, beside its status.</summary>
    public static Task WriteCheckAsync(HttpContext context, HealthReport report) => WriteAsync(context, report, () =>
    {
        var response = Status(report);
        if (report.Entries.Count == 1 && OperationalDetails.MayBeSeen(context))
        {
            AddCheck(response, report.Entries.Values.Single());
        }

        return response;
    });

    public static Task WriteDetailedAsync(HttpContext context, HealthReport report) => WriteAsync(context, report, () =>
    {
        var response = Status(report);
        if (!OperationalDetails.MayBeSeen(context))
        {
            return response;
        }

        var environment = context.RequestServices.GetRequiredService<IHostEnvironment>();
        response["service"] = environment.ApplicationName;
        response["version"] = Version;
        response["environment"] = environment.EnvironmentName;
        response["services"] = report.Entries.ToDictionary(entry => entry.Key, entry =>
        {
            var check = new Dictionary<string, object?> { ["status"] = Word(entry.Value.Status) };
            AddCheck(check, entry.Value);
            return check;
        });
        return response;
    });

    private static Dictionary<string, object?> Status(HealthReport report) => new() { ["status"] = Word(report.Status) };

    private static void AddCheck(Dictionary<string, object?> response, HealthReportEntry entry)
    {
        response["durationMs"] = Math.Round(entry.Duration.TotalMilliseconds, 2);
        if (entry.Description is { } description)
        {
            response["description"] = description;
        }

        foreach (var (name, value) in entry.Data)
        {
            response[name] = value;
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report, Func<Dictionary<string, object?>> json) =>
        MediaTypeHeaderValue.TryParseList(context.Request.Headers.Accept, out var accepted) && accepted.Any(type => type.MediaType == "text/plain")
            ? context.Response.WriteAsync(report.Status.ToString(), context.RequestAborted)
            : context.Response.WriteAsJsonAsync(json(), JsonDefaults.Options, context.RequestAborted);

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
