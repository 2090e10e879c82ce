namespace TaskService.PurgeExpired;

/// <summary>What outlives its use is removed.</summary>
/// <param name="DryRun">Whether it is counted only.</param>
internal sealed record PurgeExpiredPayload(bool DryRun = false);

/// <summary>What was found.</summary>
/// <param name="DryRun">Whether it is still there.</param>
/// <param name="Removed">By kind of list, how many ids of tasks that are no longer kept.</param>
internal sealed record PurgeExpiredOutcome(bool DryRun, IReadOnlyDictionary<string, long> Removed);
