using Microsoft.Extensions.Caching.Hybrid;

namespace Platform.Redis.Caching;

/// <summary>
/// Fills the cache before the service takes requests. Registered with <c>services.AddSingleton&lt;ICacheWarmUp, …&gt;()</c>; all run
/// together, once Redis answers, and hold up the start no longer than <see cref="CachingOptions.WarmUpTimeout"/>.
/// </summary>
public interface ICacheWarmUp
{
    /// <summary>Asks the cache for what will be wanted first. An exception is logged and the service starts without it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="cancellationToken">The service stops.</param>
    Task WarmUpAsync(HybridCache cache, CancellationToken cancellationToken);
}
