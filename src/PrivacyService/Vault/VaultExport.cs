using System.Runtime.CompilerServices;
using Platform.Redis;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>
/// What is kept for an owner, without the originals: they are mostly about others, and only their owner may have them restored, by
/// <c>/v1/repersonalize</c>.
/// </summary>
internal sealed class VaultExport(RedisStore redis, PrivacyKeys keys)
{
    private const int PageSize = 500;

    /// <summary>For how many values each scope has pseudonyms, and until when they can be restored.</summary>
    public IAsyncEnumerable<object> ScopesAsync(DataOwner owner, CancellationToken cancellationToken)
    {
        return ReadAsync(owner, ofScopes: true, OfScopeAsync, cancellationToken);

        async Task<object> OfScopeAsync(IDatabase database, string scope)
        {
            var values = database.HashLengthAsync(keys.Values(owner.Partition, scope));
            var until = database.StringGetAsync(keys.Scope(owner.Partition, scope));
            return new { Scope = scope, Values = await values, RestorableUntil = Time(await until) };
        }
    }

    /// <summary>Which whole documents are kept, and until when they can be restored.</summary>
    public IAsyncEnumerable<object> DocumentsAsync(DataOwner owner, CancellationToken cancellationToken)
    {
        return ReadAsync(owner, ofScopes: false, OfDocumentAsync, cancellationToken);

        async Task<object> OfDocumentAsync(IDatabase database, string call)
        {
            var isKept = database.KeyExistsAsync(keys.Document(owner.Partition, call));
            var until = database.StringGetAsync(keys.Call(owner.Partition, call));
            return new { Call = call, IsKept = await isKept, RestorableUntil = Time(await until) };
        }
    }

    /// <summary>In the order in which they are forgotten, so that what goes meanwhile hides nothing; what is used meanwhile may come twice.</summary>
    private async IAsyncEnumerable<object> ReadAsync(
        DataOwner owner, bool ofScopes, Func<IDatabase, string, Task<object>> describe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, skip) = (double.NegativeInfinity, 0);
        while (true)
        {
            var (start, skipped) = (from, skip);
            var page = await redis.ExecuteAsync(
                "vault.owned",
                database => database.SortedSetRangeByScoreWithScoresAsync(keys.Owned(owner.Partition), start, skip: skipped, take: PageSize), cancellationToken);
            var names = page.Select(item => OwnedItem.Parse((string)item.Element!)).Where(item => item.IsScope == ofScopes).Select(item => item.Name).ToArray();
            foreach (var record in await redis.ExecuteAsync(
                "vault.described", database => Task.WhenAll(names.Select(name => describe(database, name))), cancellationToken))
            {
                yield return record;
            }

            if (page.Length < PageSize)
            {
                yield break;
            }

            from = page[^1].Score;
            skip = page.Count(item => item.Score == from) + (from == start ? skipped : 0);
        }
    }

    private static DateTimeOffset? Time(RedisValue milliseconds) =>
        milliseconds.IsNull ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
}
