namespace Platform.Redis.Resilience;

internal static class AbandonedTask
{
    /// <summary>Nobody awaits it any more; its failure must not surface as an unobserved exception.</summary>
    public static void Abandon(this Task task) => task.ContinueWith(
        static abandoned => _ = abandoned.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
