namespace Platform.Tasks.Items;

/// <summary>How long a task may wait before it is run: it has to be kept all the while, and so have its records.</summary>
internal static class NewTaskDelays
{
    public static readonly TimeSpan Longest = TaskKeys.OpenLifetime;

    public static readonly TimeSpan LongestWithData = TaskKeys.LongestDataLifetime - TimeSpan.FromDays(1);
}
