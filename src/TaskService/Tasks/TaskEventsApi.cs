using System.Security.Claims;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Streaming;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

internal static class TaskEventsApi
{
    public static void MapTaskEventsApi(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/{id}/events", StreamAsync)
        .RequireUser()
        .WithTags("Tasks")
        .WithName("StreamTaskEvents")
        .WithSummary("A task live, as server-sent events: status, progress, done. Send Last-Event-ID to go on after a cut.");

    private static async Task<IResult> StreamAsync(
        string id, ClaimsPrincipal caller, HttpRequest request, TaskStore tasks, TaskEvents events, CancellationToken cancellationToken)
    {
        var after = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : null;
        if (!PlatformId.IsValid(id, "tsk"))
        {
            return TasksApi.NotFound();
        }

        var lastId = await events.LastIdAsync(id, cancellationToken);
        if (await tasks.FindForAsync(caller, id, cancellationToken) is not { } task)
        {
            return TasksApi.NotFound();
        }

        // A browser reconnects when a stream ends; 204 tells it that there is nothing more to come.
        return task.Status.IsFinal() && TaskEvents.IsAtEnd(after, lastId)
            ? TypedResults.NoContent()
            : ServerSentEvents.Stream(events.ReadAsync(task, lastId, after, cancellationToken));
    }
}
