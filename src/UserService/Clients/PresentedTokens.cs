using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Clients;

/// <summary>
/// Checks access tokens that are asked about, at the same door where the tokens of all requests are checked: one that passes here passes
/// there, and none else.
/// </summary>
internal sealed class PresentedTokens(IServiceScopeFactory scopes)
{
    /// <returns>Null for a token that is not good (any more).</returns>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">Nobody can tell now.</exception>
    public async Task<ClaimsPrincipal?> CheckAsync(string token, CancellationToken cancellationToken)
    {
        // In a header there may be white space around a token. Here it would make a second spelling of it.
        if (token.AsSpan().Trim().Length != token.Length)
        {
            return null;
        }

        // A request's own token was checked in a scope of its own, and its verdict is kept there.
        await using var scope = scopes.CreateAsyncScope();
        var door = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
        door.Features.Set(new TokenInQuestion());
        door.Request.Headers.Authorization = "Bearer " + token;
        return (await door.AuthenticateAsync()) is { Succeeded: true } result ? result.Principal : null;
    }
}
