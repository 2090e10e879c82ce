using System.Diagnostics;
using Platform.Tasks.Items;

namespace Platform.Tasks.Processing;

/// <summary>Traces of runs. A run is a root of its own, linked to the submit: one that is retried for days does not stretch the submitter's trace.</summary>
internal static class TaskActivities
{
    private static readonly ActivitySource Source = new("TaskService");

    public static Activity? StartRun(TaskItem task)
    {
        Activity.Current = null;
        var links = ActivityContext.TryParse(task.TraceParent, traceState: null, isRemote: true, out var submitter)
            ? new[] { new ActivityLink(submitter) }
            : null;
        var activity = Source.StartActivity($"task {task.Type}", ActivityKind.Consumer, parentContext: default, links: links);
        activity?.SetTag("platform.task.id", task.Id).SetTag("platform.task.type", task.Type).SetTag("platform.task.attempt", task.Attempt);
        return activity;
    }

    /// <summary>Telling the owner belongs to the trace of the run.</summary>
    public static Activity? StartNotification(string? traceParent)
    {
        Activity.Current = null;
        return Source.StartActivity(
            "task notification", ActivityKind.Producer,
            ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var run) ? run : default);
    }

    public static void End(Activity? activity, AttemptEnd end)
    {
        activity?.SetTag("platform.task.status", end.Status?.ToWord() ?? "lost");
        if (end.Error is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error, end.Error.Code);
        }
    }
}
