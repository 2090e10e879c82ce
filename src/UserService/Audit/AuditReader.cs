using System.Security.Cryptography;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Audit;

/// <summary>Reads the audit trail, the newest first.</summary>
internal sealed class AuditReader(RedisStore redis, UserKeys keys, Secrets secrets)
{
    private const int ScanSize = 500;

    /// <summary>How many events one request looks at: with a filter that nothing fits, a page may be empty and still have a next.</summary>
    private const int MostScanned = 5_000;

    /// <summary>What concerns one person.</summary>
    public async Task<Page<AuditEventResponse>> OfPersonAsync(string userId, AuditFilter filter, CancellationToken cancellationToken)
    {
        var (found, next) = await ScanAsync(keys.AuditOf(userId), filter, cancellationToken);
        return new([.. found.Select(entry => Event(entry, userId, Place(entry, userId)))], next);
    }

    /// <summary>What concerns anybody.</summary>
    public async Task<Page<AuditEventResponse>> OfAllAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        var (found, next) = await ScanAsync(keys.Audit, filter, cancellationToken);
        var places = await redis.ExecuteAsync(
            "audit.places", database => Task.WhenAll(found.Select(entry => PlaceAsync(database, entry))), cancellationToken);
        return new([.. found.Zip(places, (entry, place) => Event(entry, entry["user"] == AuditTrail.Nobody ? null : (string?)entry["user"], place))], next);
    }

    private async Task<(List<StreamEntry> Found, string? Next)> ScanAsync(RedisKey stream, AuditFilter filter, CancellationToken cancellationToken)
    {
        var found = new List<StreamEntry>(filter.Size);
        var newest = filter.Newest;
        for (var scanned = 0; scanned < MostScanned; scanned += ScanSize)
        {
            var from = newest;
            var entries = await redis.ExecuteAsync(
                "audit.range",
                database => database.StreamRangeAsync(stream, filter.Oldest, from, ScanSize, Order.Descending),
                cancellationToken);
            foreach (var entry in entries.Where(filter.Fits))
            {
                found.Add(entry);
                if (found.Count == filter.Size)
                {
                    return (found, entry.Id);
                }
            }

            if (entries.Length < ScanSize)
            {
                return (found, null);
            }

            newest = "(" + (string)entries[^1].Id!;
        }

        return (found, ((string)newest!)[1..]);
    }

    /// <summary>The trail of all leads to the person's own, which knows from where.</summary>
    private async Task<AuditPlace?> PlaceAsync(IDatabase database, StreamEntry entry)
    {
        var (person, own) = ((string)entry["user"]!, entry["entry"]);
        return !own.IsNullOrEmpty && await database.StreamRangeAsync(keys.AuditOf(person), own, own) is [var found] ? Place(found, person) : null;
    }

    private AuditPlace? Place(StreamEntry entry, string person)
    {
        try
        {
            return (byte[]?)entry["place"] is { } place ? AuditPlace.FromUtf8(secrets.AuditPlaces.Open(place, person)) : null;
        }
        catch (CryptographicException)
        {
            // Sealed with a key that is gone: what happened still counts.
            return null;
        }
    }

    private static AuditEventResponse Event(StreamEntry entry, string? userId, AuditPlace? place) => new(
        entry.Id!,
        DateTimeOffset.FromUnixTimeMilliseconds((long)EventPosition.Parse(entry.Id!).Time),
        entry["action"]!,
        entry["outcome"]!,
        userId,
        NullIfEmpty(entry["by"]),
        place?.Address,
        place?.UserAgent,
        place?.Detail,
        NullIfEmpty(entry["trace"]));

    private static string? NullIfEmpty(RedisValue text) => text.IsNullOrEmpty ? null : (string?)text;
}
