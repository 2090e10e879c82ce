using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using UserService.Users;

namespace UserService.Tokens;

/// <summary>Issues access tokens (RFC 9068) for people and for services.</summary>
internal sealed class AccessTokens(KeyRing ring, IOptions<AuthOptions> auth, IOptions<TokenOptions> options, TimeProvider timeProvider)
{
    private const string IdPrefix = "tok";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public int LifetimeSeconds => (int)options.Value.AccessTokenLifetime.TotalSeconds;

    public Task<string> IssueForUserAsync(User user, string sessionId, CancellationToken cancellationToken) => IssueAsync(
        new()
        {
            [AccessTokenClaims.Subject] = user.Id,
            [AccessTokenClaims.SessionId] = sessionId,
            [AccessTokenClaims.Scope] = Scopes.User,
            [AccessTokenClaims.Role] = user.Roles.ToArray(),
        },
        cancellationToken);

    public Task<string> IssueForClientAsync(string clientId, string scope, CancellationToken cancellationToken) => IssueAsync(
        new()
        {
            [AccessTokenClaims.Subject] = clientId,
            [AccessTokenClaims.ClientId] = clientId,
            [AccessTokenClaims.Scope] = scope,
        },
        cancellationToken);

    private async Task<string> IssueAsync(Dictionary<string, object> claims, CancellationToken cancellationToken)
    {
        var key = await ring.GetActiveAsync(cancellationToken);
        var now = timeProvider.GetUtcNow().UtcDateTime;
        claims["jti"] = PlatformId.New(IdPrefix, timeProvider.GetUtcNow());
        claims[AccessTokenClaims.Epoch] = 0;
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
