using Microsoft.Extensions.Caching.Hybrid;
using Platform.Contracts.Users;
using Platform.Redis;
using Platform.Redis.Caching;

namespace UserService.Users;

/// <summary>
/// What other services are told of people, from the cache: asked for often, and harmless when a moment old. Everything else (one's own account, sign-in,
/// roles, passwords, what administrators see) is read from the store each time: it must be what was written last, on every replica.
/// </summary>
internal sealed class UserSummaries(HybridCache cache, IServiceScopeFactory scopes)
{
    public const string Namespace = "users";

    /// <summary>Names are personal data, so they are sealed. Never stale: a name that is told after its person was erased is one too many.</summary>
    public static CacheNamespaceOptions CacheOptions { get; } = new() { Expiration = TimeSpan.FromMinutes(1), Sensitive = true };

    public ValueTask<UserSummary?> FindAsync(string userId, CancellationToken cancellationToken) => cache.GetOrCreateAsync(
        KeyOf(userId), (scopes, userId), static (state, cancel) => ReadAsync(state.scopes, state.userId, cancel), cancellationToken: cancellationToken);

    /// <summary>
    /// After a change: a read that began before it does not come back. Other replicas hear of it within moments; where Redis went away in
    /// between, the old one is told until it expires, within a minute, which is no reason to call the change a failure.
    /// </summary>
    public async ValueTask ForgetAsync(string userId)
    {
        try
        {
            await cache.RemoveAsync(KeyOf(userId), CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            return;
        }
    }

    private static string KeyOf(string userId) => $"{Namespace}:{userId}";

    private static async ValueTask<UserSummary?> ReadAsync(IServiceScopeFactory scopes, string userId, CancellationToken cancellationToken)
    {
        // A scope of its own: whoever asked first may be gone before those who wait for the same answer have it.
        await using var scope = scopes.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<RedisUserStore>().FindByIdAsync(userId, cancellationToken);
        return user is null ? null : new UserSummary(user.Id, user.DisplayName);
    }
}
