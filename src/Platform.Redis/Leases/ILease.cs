namespace Platform.Redis.Leases;

/// <summary>
/// A lease that was taken. It is renewed until it is disposed of or lost. Work that must not happen twice passes <see cref="Fence"/> to
/// whatever it writes to: no lease can stop a process that was paused past its end, only the store that it writes to can.
/// </summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>
    /// The fencing number: higher than that of every holder of this name before, over expiry, restarts and flushes of Redis (as long as
    /// its clock does not go back). Below 2^53.
    /// </summary>
    long Fence { get; }

    /// <summary>
    /// Whether it is held at this moment, by this process's own clock: true only while Redis has confirmed it for longer than now.
    /// </summary>
    bool IsHeld { get; }

    /// <summary>
    /// Cancelled when the lease was lost: Redis says that somebody else has it or that it ended, or it could not be renewed before it may
    /// have ended. Then the work stops. Releasing does not cancel it.
    /// </summary>
    CancellationToken Lost { get; }

    /// <summary>Frees the lease for the next one. Disposing does the same, and is silent when Redis is away.</summary>
    /// <returns>False where it was no longer this holder's: then nothing was freed, and the work may have overlapped with another's.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away. The lease is not renewed any more and ends by itself.</exception>
    Task<bool> ReleaseAsync(CancellationToken cancellationToken);
}
