using System.Net.ServerSentEvents;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the page asks for: the resources, their consoles, and a secret when somebody wants to see it.</summary>
internal sealed class DashboardApi(ResourceBoard board, ResourceLoggerService logs, BrowserToken token, string applicationName)
{
    /// <summary>Many resources change in the same moment when an application starts; the page need not see each step.</summary>
    private static readonly TimeSpan ShortestBetween = TimeSpan.FromMilliseconds(100);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", LogIn);
        MapAsset(routes, "/", "index.html", "text/html; charset=utf-8");
        MapAsset(routes, "/dashboard.css", "dashboard.css", "text/css; charset=utf-8");
        MapAsset(routes, "/dashboard.js", "dashboard.js", "text/javascript; charset=utf-8");
        MapAsset(routes, "/icon.svg", "icon.svg", "image/svg+xml");

        routes.MapGet("/api/resources", (CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(ResourcesAsync(cancellationToken)));
        routes.MapGet("/api/resources/{id}/logs", Results<ServerSentEventsResult<string>, NotFound> (string id, CancellationToken cancellationToken) =>
            board.Find(id) is null ? TypedResults.NotFound() : TypedResults.ServerSentEvents(LogsAsync(id, cancellationToken)));
        routes.MapGet("/api/resources/{id}/secrets/{name}", Results<ContentHttpResult, NotFound> (string id, string name) =>
            board.Find(id) is { } snapshot && ResourceView.Reveal(snapshot, name) is { } value
                ? TypedResults.Text(value)
                : TypedResults.NotFound());
    }

    private static void MapAsset(IEndpointRouteBuilder routes, string path, string file, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("dashboard/" + file)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        routes.MapGet(path, () => TypedResults.Bytes(content, contentType));
    }

    private Results<RedirectHttpResult, ContentHttpResult> LogIn(HttpContext context) => token.TryLogIn(context)
        ? TypedResults.LocalRedirect("~/")
        : TypedResults.Text("This address is not the one that the console printed last.", statusCode: StatusCodes.Status401Unauthorized);

    private async IAsyncEnumerable<SseItem<string>> ResourcesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (resources, changed) = board.Look();
            yield return new SseItem<string>(JsonSerializer.Serialize(new { application = applicationName, resources }, Json), "resources");
            await Task.Delay(ShortestBetween, cancellationToken).ConfigureAwait(false);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<SseItem<string>> LogsAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new SseItem<string>("{}", "start");
        await foreach (var lines in logs.WatchAsync(id).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new SseItem<string>(
                JsonSerializer.Serialize(lines.Select(line => new { text = line.Content, error = line.IsErrorMessage }), Json), "lines");
        }

        // The log of a resource that ended is complete. Kept open, so that the browser does not ask again and again.
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
    }
}
