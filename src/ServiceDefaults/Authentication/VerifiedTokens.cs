using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.ServiceDefaults.Revocations;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// Tokens whose signature and claims were checked, by their whole text, until they expire: a signature costs more than everything else in a
/// request. Whether a token was revoked or its key withdrawn is not remembered, but looked up each time. Bounded: the older half goes at once.
/// </summary>
internal sealed class VerifiedTokens(IOptions<AuthOptions> options, TimeProvider time)
{
    private readonly int _half = options.Value.VerifiedTokens / 2;
    private readonly TimeSpan _skew = options.Value.ClockSkew;
    private volatile Generations _generations = new(NewGeneration(), NewGeneration());

    public VerifiedToken? Find(string token)
    {
        var generations = _generations;
        if (!generations.Young.TryGetValue(token, out var found))
        {
            if (!generations.Old.TryGetValue(token, out found))
            {
                return null;
            }

            Keep(token, found);
        }

        if (time.GetUtcNow() < found.Expires)
        {
            return found;
        }

        Forget(token);
        return null;
    }

    /// <param name="token">Null where it did not come in the header; then it is not kept.</param>
    /// <param name="validated">The token as it was just found good.</param>
    public VerifiedToken Add(string? token, TokenValidatedContext validated)
    {
        var principal = validated.Principal!;
        var made = new VerifiedToken(
            ((ClaimsIdentity)principal.Identity!).Clone(), TokenFacts.Of(principal),
            validated.SecurityToken is JsonWebToken jwt ? jwt.Kid : "",
            new DateTimeOffset(DateTime.SpecifyKind(validated.SecurityToken.ValidTo, DateTimeKind.Utc)) + _skew);
        if (token is not null && _half > 0)
        {
            Keep(token, made);
        }

        return made;
    }

    public void Forget(string token)
    {
        var generations = _generations;
        generations.Young.TryRemove(token, out _);
        generations.Old.TryRemove(token, out _);
    }

    private void Keep(string token, VerifiedToken verified)
    {
        var generations = _generations;
        generations.Young[token] = verified;
        if (generations.Count() > _half)
        {
            Interlocked.CompareExchange(ref _generations, new Generations(NewGeneration(), generations.Young), generations);
        }
    }

    private static ConcurrentDictionary<string, VerifiedToken> NewGeneration() => new(TokenComparer.Instance);

    private sealed class Generations(ConcurrentDictionary<string, VerifiedToken> young, ConcurrentDictionary<string, VerifiedToken> old)
    {
        private int _kept;

        public ConcurrentDictionary<string, VerifiedToken> Young => young;

        public ConcurrentDictionary<string, VerifiedToken> Old => old;

        // The dictionary's own count takes its locks. One kept twice is counted twice, which only makes the generation end earlier.
        public int Count() => Interlocked.Increment(ref _kept);
    }

    /// <summary>Equal is what is equal in every character; the end of the signature does for the hash.</summary>
    private sealed class TokenComparer : IEqualityComparer<string>
    {
        private const int Hashed = 32;

        public static readonly TokenComparer Instance = new();

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj) => string.GetHashCode(obj.AsSpan(Math.Max(0, obj.Length - Hashed)));
    }
}

/// <summary>A token that was found good.</summary>
internal sealed class VerifiedToken(ClaimsIdentity identity, TokenFacts facts, string keyId, DateTimeOffset expires)
{
    public TokenFacts Facts => facts;

    public string KeyId => keyId;

    public DateTimeOffset Expires => expires;

    /// <summary>Each request has its own, since whoever handles it may add to it.</summary>
    public ClaimsPrincipal NewPrincipal() => new(identity.Clone());
}
