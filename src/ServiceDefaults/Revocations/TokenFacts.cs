using System.Security.Claims;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>What of a verified access token a revocation can name, worked out once.</summary>
public readonly record struct TokenFacts
{
    internal ulong Token { get; private init; }

    internal ulong Session { get; private init; }

    internal ulong Subject { get; private init; }

    internal ulong IssuedAt { get; private init; }

    public static TokenFacts Of(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return new TokenFacts
        {
            Token = Digest(RevocationKind.Token, AccessTokenClaims.TokenId),
            Session = Digest(RevocationKind.Session, AccessTokenClaims.SessionId),
            Subject = Digest(RevocationKind.Subject, AccessTokenClaims.Subject),
            IssuedAt = RevocationEpoch.Parse(principal.FindFirst(AccessTokenClaims.Epoch)?.Value),
        };

        ulong Digest(RevocationKind kind, string claim) =>
            principal.FindFirst(claim)?.Value is { Length: > 0 } id ? RevocationDigest.Of(kind, id) : RevocationDigest.Everybody;
    }
}
