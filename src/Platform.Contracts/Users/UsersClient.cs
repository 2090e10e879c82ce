using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;

namespace Platform.Contracts.Users;

/// <summary>
/// Reads people from UserService, and keeps what it read in the calling service's own cache, under the namespace <see cref="CacheNamespace"/>. Needs
/// a token with the scope <see cref="Scopes.ReadUsers"/>.
/// </summary>
/// <remarks>
/// An answer may be <see cref="LongestAge"/> behind, also about somebody who was deleted; that nobody is known under an id is believed for 10 s. Declare the namespace
/// as sensitive, and with a <c>StaleFor</c> where an old answer is better than none while UserService is away. Not for decisions about rights:
/// those are in tokens.
/// </remarks>
public sealed class UsersClient(HttpClient http, HybridCache cache)
{
    /// <summary>The part of the cache's keys before the colon.</summary>
    public const string CacheNamespace = "users";

    /// <summary>How many people one request asks for.</summary>
    public const int LargestBatch = 100;

    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(1);

    private static readonly HybridCacheEntryOptions Life = new() { Expiration = LongestAge };

    private static readonly HybridCacheEntryOptions OnlyCached = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

    /// <returns>Null when there is nobody with that id.</returns>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now, and nothing is cached.</exception>
    public ValueTask<UserSummary?> FindAsync(string userId, CancellationToken cancellationToken) => PlatformId.IsValid(userId, "usr")
        ? cache.GetOrCreateAsync(
            KeyOf(userId), (http, userId), static (state, cancel) => ReadAsync(state.http, state.userId, cancel), Life, cancellationToken: cancellationToken)
        : ValueTask.FromResult<UserSummary?>(null);

    /// <summary>Finds many at once: what is cached without a call, the rest in as few as possible.</summary>
    /// <returns>By id; without those who do not exist.</returns>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<IReadOnlyDictionary<string, UserSummary>> FindAsync(IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, UserSummary>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var userId in userIds.Where(id => PlatformId.IsValid(id, "usr")).Distinct(StringComparer.Ordinal))
        {
            var cached = await cache.GetOrCreateAsync<UserSummary?>(
                KeyOf(userId), static _ => ValueTask.FromResult<UserSummary?>(null), OnlyCached, cancellationToken: cancellationToken);
            if (cached is null)
            {
                missing.Add(userId);
            }
            else
            {
                found[userId] = cached;
            }
        }

        foreach (var batch in missing.Chunk(LargestBatch))
        {
            foreach (var user in await ReadAsync(batch, cancellationToken))
            {
                found[user.Id] = user;
                await cache.SetAsync<UserSummary?>(KeyOf(user.Id), user, Life, cancellationToken: cancellationToken);
            }
        }

        return found;
    }

    /// <summary>Asks whether there is somebody with an id now; nothing is cached.</summary>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<bool> ExistsAsync(string userId, CancellationToken cancellationToken) =>
        PlatformId.IsValid(userId, "usr") && await ReadAsync(http, userId, cancellationToken) is not null;

    /// <summary>Drops what is cached about somebody, here and in the other processes of this service. For who erases people.</summary>
    public ValueTask ForgetAsync(string userId, CancellationToken cancellationToken) => cache.RemoveAsync(KeyOf(userId), cancellationToken);

    private static string KeyOf(string userId) => $"{CacheNamespace}:{userId}";

    private static async ValueTask<UserSummary?> ReadAsync(HttpClient http, string userId, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"/v1/users/{userId}/summary", UriKind.Relative), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await response.EnsureSuccessAsync(ServiceNames.Users, cancellationToken);
        return await response.Content.ReadFromJsonAsync<UserSummary>(JsonSerializerOptions.Web, cancellationToken);
    }

    private async Task<IReadOnlyList<UserSummary>> ReadAsync(string[] userIds, CancellationToken cancellationToken)
    {
        var query = string.Join('&', userIds.Select(id => "id=" + id));
        using var response = await http.GetAsync(new Uri("/v1/users/summaries?" + query, UriKind.Relative), cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Users, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<UserSummariesResponse>(JsonSerializerOptions.Web, cancellationToken))!.Items;
    }
}
