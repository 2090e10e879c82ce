using Platform.Redis.Events;
using Platform.Redis.Keys;

namespace Platform.RedisApp;

internal static class EventEndpoints
{
    public static void MapEventEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/events/{name}", ReadAsync);

    /// <summary>One line for each entry: its id, its kind, its first field.</summary>
    private static async Task ReadAsync(
        string name, string after, HttpResponse response, EventStreams events, Keyspace keys, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in events.ReadAsync(keys.Key(AppKeys.Log, name), after, cancellationToken))
            {
                await response.WriteAsync($"{entry.Id} {entry.Kind} {entry.Fields[0].Value}\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client left.
        }
    }
}
