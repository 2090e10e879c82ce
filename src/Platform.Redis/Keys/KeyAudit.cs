using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Platform.Redis.Caching;
using Platform.Redis.Health;
using StackExchange.Redis;

namespace Platform.Redis.Keys;

/// <summary>
/// Compares what is in Redis with what the registries say. It scans every key: for test suites, and for operators on a quiet server.
/// </summary>
public static partial class KeyAudit
{
    private const int PageSize = 500;

    /// <summary>Every key that is not registered, has another type, or lives longer than declared.</summary>
    /// <param name="connection">Any connection to the server; a cluster's primaries are all read.</param>
    /// <param name="registries">What may be there.</param>
    /// <param name="keyPrefix">
    /// Only keys behind this prefix (<see cref="RedisOptions.KeyPrefix"/>). Null: all keys, whatever stands in front of a service's prefix.
    /// </param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public static async Task<IReadOnlyList<KeyViolation>> FindViolationsAsync(
        IConnectionMultiplexer connection, IEnumerable<KeyRegistry> registries, string? keyPrefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var known = registries.ToList();
        var violations = new List<KeyViolation>();
        foreach (var server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            foreach (var database in await DatabasesAsync(server).ConfigureAwait(false))
            {
                await foreach (var page in PagesAsync(server, database, keyPrefix, cancellationToken).ConfigureAwait(false))
                {
                    violations.AddRange(await CheckAsync(connection.GetDatabase(database), page, known, keyPrefix).ConfigureAwait(false));
                }
            }
        }

        return violations;
    }

    private static async Task<List<int>> DatabasesAsync(IServer server) =>
    [
        // The client's own method for INFO wants a connection that allows administration.
        .. ServerFacts.ParseInfo((string)(await server.ExecuteAsync("INFO", "keyspace").ConfigureAwait(false))!).Keys
            .Where(name => name.StartsWith("db", StringComparison.Ordinal))
            .Select(name => int.Parse(name.AsSpan(2))),
    ];

    private static async IAsyncEnumerable<List<RedisKey>> PagesAsync(
        IServer server, int database, string? keyPrefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RedisValue pattern = keyPrefix is null ? "*" : Keyspace.Normalize(keyPrefix) + "*";
        var page = new List<RedisKey>(PageSize);
        await foreach (var key in server.KeysAsync(database, pattern, PageSize)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            page.Add(key);
            if (page.Count == PageSize)
            {
                yield return page;
                page = new List<RedisKey>(PageSize);
            }
        }

        yield return page;
    }

    private static async Task<List<KeyViolation>> CheckAsync(
        IDatabase database, List<RedisKey> keys, List<KeyRegistry> registries, string? keyPrefix)
    {
        // The type last: of a key that expires meanwhile it says that there is none, whereas its time would look like that of one that never expires.
        var times = Array.ConvertAll(keys.ToArray(), key => database.KeyTimeToLiveAsync(key));
        var types = Array.ConvertAll(keys.ToArray(), key => database.KeyTypeAsync(key));
        await Task.WhenAll([.. types, .. times]).ConfigureAwait(false);

        var violations = new List<KeyViolation>();
        for (var i = 0; i < keys.Count; i++)
        {
            var type = await types[i].ConfigureAwait(false);
            var left = await times[i].ConfigureAwait(false);
            if (type != RedisType.None && Check(keys[i].ToString(), type, left, registries, keyPrefix) is var (kind, detail))
            {
                violations.Add(new KeyViolation(database.Database, keys[i].ToString(), kind, detail));
            }
        }

        return violations;
    }

    private static (KeyViolationKind Kind, string Detail)? Check(
        string key, RedisType type, TimeSpan? left, List<KeyRegistry> registries, string? keyPrefix)
    {
        if (FamilyOf(key, registries, keyPrefix) is not { } family)
        {
            return (KeyViolationKind.Unregistered, "no family of the registries has this name, version and form");
        }

        if (type.ToString() != family.Type.ToString())
        {
            return (KeyViolationKind.OtherType, $"is a {type}, registered as {family.Type}");
        }

        return family.Ttl.Longest switch
        {
            null => null,
            { } longest when left is null => (KeyViolationKind.NoTtl, $"does not expire, registered with {family.Ttl}"),
            { } longest when left > longest => (KeyViolationKind.TtlTooLong, $"expires in {left:c}, registered with {family.Ttl}"),
            _ => null,
        };
    }

    private static KeyFamily? FamilyOf(string key, List<KeyRegistry> registries, string? keyPrefix)
    {
        if (OutputCacheKeys.Find(key, out var prefix) is { } framework)
        {
            return registries.Any(registry => IsBehind(prefix, registry, keyPrefix)) ? framework : null;
        }

        if (Form().Match(key) is not { Success: true } form || !int.TryParse(form.Groups["version"].ValueSpan, out var version))
        {
            return null;
        }

        var head = form.Groups["head"].Value;
        return registries
            .Where(registry => IsBehind(head, registry, keyPrefix))
            .Select(registry => registry.Find(form.Groups["family"].Value, version))
            .FirstOrDefault(family => family is not null);
    }

    private static bool IsBehind(string head, KeyRegistry registry, string? keyPrefix) => keyPrefix is null
        ? head == registry.Prefix || head.EndsWith(":" + registry.Prefix, StringComparison.Ordinal)
        : head == Keyspace.Normalize(keyPrefix) + registry.Prefix;

    [GeneratedRegex(@"^(?<head>[A-Za-z0-9_.:-]*:)(?<family>[a-z][a-z0-9-]*):v(?<version>[0-9]+):\{[A-Za-z0-9_.-]{1,128}\}(?::[A-Za-z0-9_.-]{1,128})?$")]
    private static partial Regex Form();
}
