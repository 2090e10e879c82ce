using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using UserService.Tokens;

namespace UserService.Clients;

/// <summary>This service's own tokens: the one service that need not ask for them over HTTP. It may have no more than its client may.</summary>
internal sealed class OwnServiceTokens(AccessTokens accessTokens) : IServiceTokenSource
{
    private static readonly ClientOptions Itself = new();

    public async Task<IssuedServiceToken> IssueAsync(string scopes)
    {
        if (scopes.Split(' ').Except(ServiceScopes.Of(ServiceNames.Users, Itself), StringComparer.Ordinal).Any())
        {
            throw new InvalidOperationException($"{ServiceNames.Users} may not have the scopes '{scopes}'; see {nameof(ServiceScopes)}.");
        }

        var token = await accessTokens.IssueForClientAsync(ServiceNames.Users, scopes, CancellationToken.None);
        return new IssuedServiceToken(token, TimeSpan.FromSeconds(accessTokens.LifetimeSeconds));
    }
}
