using Microsoft.Extensions.Options;
using Platform.Redis;
using PrivacyService.Pseudonyms;
using PrivacyService.StandIns;
using PrivacyService.Tokens;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>Originals in Redis, sealed: written by the batch, read by token, forgotten when their time is up.</summary>
internal sealed class PseudonymVault(
    RedisStore redis, PrivacyKeys keys, SubjectKeys subjects, MasterKeys master, IOptions<PseudonymOptions> options)
{
    /// <summary>
    /// One script call carries this many values at most: some milliseconds of Redis, within which nobody else is served. Only a
    /// call with more values needs a second one.
    /// </summary>
    private const int ValuesPerCall = 4000;

    private const int FixedArguments = 9;
    private const int ArgumentsPerClaim = 4;

    /// <summary>Returns after Redis has acknowledged everything; <paramref name="document"/> goes with the last values.</summary>
    public async Task<(StoreOutcome Outcome, DateTimeOffset ExpiresAt)> StoreAsync(
        SubjectKey subject, PseudonymBatch batch, TimeSpan timeToLive, KeptDocument? document, CancellationToken cancellationToken)
    {
        var owner = subject.Owner.Partition;
        var scopeKeys = ScopeKeysOf(owner, batch.Keys.Scope);
        var start = 0;
        while (true)
        {
            var count = Math.Min(ValuesPerCall, batch.Count - start);
            var last = start + count == batch.Count;
            var arguments = Arguments(subject, batch.Keys.Scope, timeToLive, last ? document : null, claims: 0, 2 * count);
            for (var i = 0; i < count; i++)
            {
                var (key, value) = batch[start + i];
                arguments[FixedArguments + (2 * i)] = key.ToField();
                arguments[FixedArguments + (2 * i) + 1] = value;
            }

            RedisKey[] callKeys = last && document is not null
                ? [.. scopeKeys, keys.Call(owner, document.CallId), keys.Document(owner, document.CallId)]
                : scopeKeys;
            var answer = (long)await redis.EvaluateAsync(VaultScripts.StorePseudonyms, callKeys, arguments, cancellationToken);
            switch (answer)
            {
                case -1:
                    return (StoreOutcome.KeyChanged, default);
                case -2:
                    return (StoreOutcome.ScopeFull, default);
                case var expires when last:
                    return (StoreOutcome.Stored, DateTimeOffset.FromUnixTimeMilliseconds(expires));
                default:
                    start += count;
                    break;
            }
        }
    }

    /// <summary>Asks which of the few stand-ins of their ranges the wanted values get, and tells <paramref name="claims"/>. One round trip.</summary>
    public async Task<StoreOutcome> ClaimAsync(SubjectKey subject, ScopeTag scope, StandInClaims claims, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var wanted = claims.Wanted;
        for (var start = 0; start < wanted.Count; start += ValuesPerCall)
        {
            var count = Math.Min(ValuesPerCall, wanted.Count - start);
            var arguments = Arguments(subject, scope, timeToLive, document: null, count, ArgumentsPerClaim * count);
            for (var i = 0; i < count; i++)
            {
                var claim = wanted[start + i];
                RedisValue[] values = [claim.Field, claim.Counter, claim.Size, claim.NotSlot];
                values.CopyTo(arguments, FixedArguments + (ArgumentsPerClaim * i));
            }

            var answer = await redis.EvaluateAsync(VaultScripts.StorePseudonyms, ScopeKeysOf(subject.Owner.Partition, scope), arguments, cancellationToken);
            if (answer.Resp2Type == ResultType.Integer)
            {
                return (long)answer == -1 ? StoreOutcome.KeyChanged : StoreOutcome.ScopeFull;
            }

            var slots = (int[])answer!;
            for (var i = 0; i < count; i++)
            {
                claims.Take(start + i, slots[i]);
            }
        }

        return StoreOutcome.Stored;
    }

    /// <summary>Looks tokens up in the owner's own vaults; everybody else's are out of reach, whatever the token. One round trip.</summary>
    public async Task<VaultAnswer> ReadAsync(DataOwner owner, IReadOnlyCollection<TokenKey> tokens, CancellationToken cancellationToken)
    {
        var answer = new VaultAnswer();
        var scopes = tokens.GroupBy(token => token.Token.Scope).Select(scope => new ScopeReading(scope.Key, [.. scope])).ToArray();
        var wrapped = (byte[]?)await redis.ExecuteAsync(
            "vault.read",
            async database =>
            {
                var subject = database.StringGetAsync(keys.Subject(owner.Partition));
                await Task.WhenAll(scopes.Select(scope => scope.ReadAsync(database, keys, owner.Partition)));
                return await subject;
            },
            cancellationToken);

        foreach (var scope in scopes)
        {
            if (wrapped is null)
            {
                scope.AddLost(answer);
            }
            else if (subjects.TryUnwrap(owner, wrapped, out var subject))
            {
                scope.AddKept(answer, subject);
            }
            else
            {
                scope.AddDamaged(answer);
            }
        }

        return answer;
    }

    public async Task<DocumentAnswer> ReadDocumentAsync(DataOwner owner, string callId, CancellationToken cancellationToken)
    {
        var (wrapped, promise, kept) = await redis.ExecuteAsync(
            "document.read",
            async database =>
            {
                var subject = database.StringGetAsync(keys.Subject(owner.Partition));
                var call = database.StringGetAsync(keys.Call(owner.Partition, callId));
                var document = database.StringGetAsync(keys.Document(owner.Partition, callId));
                return ((byte[]?)await subject, await call, (byte[]?)await document);
            },
            cancellationToken);
        if (wrapped is null || kept is null)
        {
            return new DocumentAnswer(promise.IsNull ? ReadOutcome.Unknown : ReadOutcome.Expired, null);
        }

        return subjects.TryUnwrap(owner, wrapped, out var subject)
            && subject.DocumentSealer().TryOpen(kept, DocumentBinding.Of(owner, callId), out var document)
                ? new DocumentAnswer(ReadOutcome.Found, document)
                : new DocumentAnswer(ReadOutcome.Damaged, null);
    }

    /// <summary>Until when something can be had back, without having it.</summary>
    public Task<KeptUntil> ExpiryAsync(DataOwner owner, string callId, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "document.expiry",
        async database =>
        {
            var promise = database.StringGetAsync(keys.Call(owner.Partition, callId));
            var lives = database.KeyExistsAsync(keys.Document(owner.Partition, callId));
            return KeptUntil.Of(await promise, await lives, known: true);
        },
        cancellationToken);

    /// <inheritdoc cref="ExpiryAsync(DataOwner, string, CancellationToken)"/>
    public Task<KeptUntil> ExpiryAsync(DataOwner owner, PseudonymToken token, CancellationToken cancellationToken)
    {
        var vault = keys.Values(owner.Partition, token.Scope);
        var field = new TokenKey(token, Spelling.Plain).ToField();
        return redis.ExecuteAsync(
            "vault.expiry",
            async database =>
            {
                var promise = database.StringGetAsync(keys.Scope(owner.Partition, token.Scope));
                var lives = database.KeyExistsAsync(vault);
                var known = database.HashExistsAsync(vault, field);
                return KeptUntil.Of(await promise, await lives, await known);
            },
            cancellationToken);
    }

    /// <summary>Removes a call's document, and its values where the call had a scope of its own.</summary>
    public Task<bool> RemoveAsync(DataOwner owner, string callId, CancellationToken cancellationToken)
    {
        var scope = master.Tag(owner, PseudonymScope.OfCall(callId));
        RedisKey[] all =
        [
            keys.Call(owner.Partition, callId), keys.Document(owner.Partition, callId),
            keys.Values(owner.Partition, scope), keys.Scope(owner.Partition, scope),
        ];
        return redis.ExecuteAsync(
            "document.remove", async database => await database.KeyDeleteAsync(all) > 0, cancellationToken);
    }

    /// <summary>Removes one value, in every way it was written.</summary>
    public Task<bool> RemoveAsync(DataOwner owner, PseudonymToken token, CancellationToken cancellationToken)
    {
        var fields = Enumerable.Range(0, Spelling.Count)
            .Select(number => (RedisValue)new TokenKey(token, new Spelling((ushort)number)).ToField()).ToArray();
        return redis.ExecuteAsync(
            "vault.remove",
            async database => await database.HashDeleteAsync(keys.Values(owner.Partition, token.Scope), fields) > 0,
            cancellationToken);
    }

    private RedisKey[] ScopeKeysOf(string owner, ScopeTag scope) => [keys.Subject(owner), keys.Scope(owner, scope), keys.Values(owner, scope), keys.Owned(owner)];

    /// <summary>What the script takes at first, and room for the rest.</summary>
    private RedisValue[] Arguments(SubjectKey subject, ScopeTag scope, TimeSpan timeToLive, KeptDocument? document, int claims, int more)
    {
        var arguments = new RedisValue[FixedArguments + more];
        arguments[0] = subject.Wrapped;
        arguments[1] = (long)timeToLive.TotalMilliseconds;
        arguments[2] = (long)PrivacyKeys.SubjectLife.TotalMilliseconds;
        arguments[3] = (long)PrivacyKeys.MemoryOfExpired.TotalMilliseconds;
        arguments[4] = options.Value.MostValuesPerScope;
        arguments[5] = document is null ? RedisValue.EmptyString : document.Sealed;
        arguments[6] = OwnedItem.OfScope(scope);
        arguments[7] = document is null ? RedisValue.EmptyString : OwnedItem.OfDocument(document.CallId);
        arguments[8] = claims;
        return arguments;
    }
}
