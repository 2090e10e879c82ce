using Platform.Contracts;
using UserService.Http;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Revocations;

/// <summary>What to revoke: exactly one of these; or a session with the person whose it is.</summary>
/// <param name="TokenId">An access token, by its <c>jti</c>.</param>
/// <param name="SessionId">
/// A session's access tokens. With <paramref name="UserId"/> the session ends at once; without, when it is refreshed next within the 71 minutes for
/// which revocations are kept.
/// </param>
/// <param name="UserId">All sessions and access tokens of a person.</param>
/// <param name="Everybody">All access tokens that there are, of people and services; sessions stay.</param>
internal sealed record RevokeRequest(string? TokenId, string? SessionId, string? UserId, bool Everybody = false)
{
    private const int LongestTokenId = 128;

    public ValidationErrors Validate()
    {
        var errors = new ValidationErrors();
        var named = (TokenId is null ? 0 : 1) + (SessionId is null ? 0 : 1) + (UserId is null ? 0 : 1) + (Everybody ? 1 : 0);
        errors.When(
            named != 1 && !(named == 2 && SessionId is not null && UserId is not null),
            "tokenId", "Give exactly one of tokenId, sessionId, userId and everybody, or sessionId and userId for a session of that person.");
        errors.When(TokenId is { Length: 0 or > LongestTokenId }, "tokenId", "This is not the jti of an access token.");
        errors.When(SessionId is { } session && !PlatformId.IsValid(session, Session.IdPrefix), "sessionId", "This is not the id of a session.");
        errors.When(UserId is { } user && !PlatformId.IsValid(user, User.IdPrefix), "userId", "This is not the id of an account.");
        return errors;
    }
}
