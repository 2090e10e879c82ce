using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Redis.Sealing;
using PrivacyService.Activity;
using PrivacyService.Tokens;
using StackExchange.Redis;

namespace PrivacyService.Restoring;

/// <summary>
/// Who restored what of whom. Each is in two streams, sealed: the owner's own, with purpose and scopes, which goes with the owner; and that of
/// all, without.
/// </summary>
internal sealed class RestoreTrail(RedisStore redis, PrivacyKeys keys, SealerProvider sealers)
{
    private const int MostEntries = 100_000;
    private const int MostEntriesOfOne = 1_000;

    private static readonly RedisScript AppendRestore = RedisScript.FromResource(typeof(RestoreTrail).Assembly, "AppendRestore.lua");

    private readonly ValueSealer _sealer = sealers.For("privacy-restores");

    /// <summary>Returns when Redis has acknowledged both.</summary>
    /// <exception cref="RedisUnavailableException">It has not, so nothing may be restored.</exception>
    public Task AppendAsync(RestoreCall call, int values, IReadOnlyList<ScopeTag> scopes, CancellationToken cancellationToken)
    {
        var entry = new RestoreEntry(
            call.Caller, call.Owner.Partition, values, ActivityCounts.Word(call.Route), call.Purpose, [.. scopes.Select(scope => scope.ToString())],
            System.Diagnostics.Activity.Current?.TraceId.ToHexString());
        return Task.WhenAll(
            AppendAsync(call.Owner.Partition, MostEntriesOfOne, entry, cancellationToken),
            AppendAsync(ActivityStore.Everybody, MostEntries, entry with { Purpose = null, Scopes = null }, cancellationToken));
    }

    /// <summary>The newest first.</summary>
    /// <param name="partition">Whose; <see cref="ActivityStore.Everybody"/> for all.</param>
    /// <param name="cursor">The id after which to go on; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Page<RestoreResponse>> ReadAsync(string partition, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var entries = await redis.ExecuteAsync(
            "restores.range",
            database => database.StreamRangeAsync(keys.Restores(partition), "-", cursor is null ? "+" : "(" + cursor, limit, Order.Descending), cancellationToken);
        return new Page<RestoreResponse>(
            [.. entries.Select(entry => Open(partition, entry)).OfType<RestoreResponse>()], entries.Length == limit ? (string?)entries[^1].Id : null);
    }

    private Task<RedisResult> AppendAsync(string partition, int most, RestoreEntry entry, CancellationToken cancellationToken) => redis.EvaluateAsync(
        AppendRestore, [keys.Restores(partition), keys.Erased(partition)],
        [
            most, (long)PrivacyKeys.RestoresLife.TotalMilliseconds,
            _sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(entry, RestoreJson.Default.RestoreEntry), Encoding.ASCII.GetBytes(partition)),
        ],
        cancellationToken);

    /// <summary>Null where it was sealed with a key that is gone.</summary>
    private RestoreResponse? Open(string partition, StreamEntry stored)
    {
        if (!_sealer.TryOpen((byte[])stored["restore"]!, Encoding.ASCII.GetBytes(partition), out var json)
            || JsonSerializer.Deserialize(json, RestoreJson.Default.RestoreEntry) is not { } entry)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)EventPosition.Parse(stored.Id!).Time);
        return new RestoreResponse(stored.Id!, at, entry.By, entry.Owner, entry.Values, entry.Route, entry.Purpose, entry.Scopes, entry.TraceId);
    }
}

/// <summary>What is sealed.</summary>
internal sealed record RestoreEntry(
    string By, string Owner, int Values, string Route, string? Purpose, IReadOnlyList<string>? Scopes, string? TraceId);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RestoreEntry))]
internal sealed partial class RestoreJson : JsonSerializerContext;
