using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using UserService.Revocations;
using UserService.Users;

namespace UserService.Tokens;

/// <summary>Issues access tokens (RFC 9068) for people and for services.</summary>
internal sealed class AccessTokens(
    KeyRing ring, RevocationFeed revocations, IOptions<AuthOptions> auth, IOptions<TokenOptions> options, TimeProvider timeProvider)
{
    private const string IdPrefix = "tok";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public int LifetimeSeconds => (int)options.Value.AccessTokenLifetime.TotalSeconds;

    /// <param name="user">Whose token it is.</param>
    /// <param name="sessionId">The session it belongs to.</param>
    /// <param name="epoch">Where the feed of revocations was before account and session were looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<string> IssueForUserAsync(User user, string sessionId, string epoch, CancellationToken cancellationToken) => IssueAsync(
        epoch,
        new()
        {
            [AccessTokenClaims.Subject] = user.Id,
            [AccessTokenClaims.SessionId] = sessionId,

            // A session begins with proving who one is, and its id says when.
            [AccessTokenClaims.AuthenticatedAt] = PlatformId.TimeOf(sessionId).ToUnixTimeSeconds(),
            [AccessTokenClaims.Scope] = Scopes.User,
            [AccessTokenClaims.Role] = user.Roles.ToArray(),
        },
        cancellationToken);

    public Task<string> IssueForClientAsync(string clientId, string scope, CancellationToken cancellationToken) => IssueAsync(
        revocations.LastPosition,
        new()
        {
            [AccessTokenClaims.Subject] = clientId,
            [AccessTokenClaims.ClientId] = clientId,
            [AccessTokenClaims.Scope] = scope,
        },
        cancellationToken);

    private async Task<string> IssueAsync(string epoch, Dictionary<string, object> claims, CancellationToken cancellationToken)
    {
        var key = await ring.GetActiveAsync(cancellationToken);
        var now = timeProvider.GetUtcNow().UtcDateTime;
        claims[AccessTokenClaims.TokenId] = PlatformId.New(IdPrefix, timeProvider.GetUtcNow());
        claims[AccessTokenClaims.Epoch] = epoch;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = auth.Value.Issuer,
            Audience = auth.Value.Audience,
            TokenType = AccessTokenClaims.Type,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + options.Value.AccessTokenLifetime,
            Claims = claims,
            SigningCredentials = key.Credentials,
        });
    }
}
