namespace Platform.Redis.Leases;

/// <summary>
/// Exclusive work among all processes on one Redis. A lease is held by one at a time, ends by itself when its holder dies, and carries a
/// rising number for stores to check. There is no substitute in memory: without Redis, nothing is given.
/// </summary>
public interface ILeases
{
    /// <summary>Takes a lease if nobody holds it. One round trip.</summary>
    /// <param name="name">Any text of 1 to 512 characters; only its digest reaches Redis.</param>
    /// <param name="duration">
    /// How long others wait when this process dies: 100 ms to an hour. It is renewed after each third of it.
    /// </param>
    /// <param name="cancellationToken">Gives up asking; what was taken meanwhile is freed.</param>
    /// <returns>The lease, or null where another holds it.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    Task<ILease?> TryAcquireAsync(string name, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Takes a lease, and waits for it while another holds it. Who waited longest is not preferred.</summary>
    /// <param name="name">Any text of 1 to 512 characters; only its digest reaches Redis.</param>
    /// <param name="duration">
    /// How long others wait when this process dies: 100 ms to an hour. It is renewed after each third of it.
    /// </param>
    /// <param name="wait">How long to wait at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="TimeoutException">Others held it all that time.</exception>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses: at once, it is not waited for.</exception>
    Task<ILease> AcquireAsync(string name, TimeSpan duration, TimeSpan wait, CancellationToken cancellationToken);
}
