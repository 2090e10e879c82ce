using Platform.ServiceDefaults.Revocations;

namespace UserService.Revocations;

/// <summary>
/// Ends tokens before their time. When a call returns, this process refuses them, the revocation is in Redis, and the other services hear of
/// it within moments; when it throws, nothing is certain, and it is to be called again.
/// </summary>
internal sealed class Revoker(RevocationFeed feed, RevocationList list)
{
    /// <summary>One access token.</summary>
    public Task RevokeTokenAsync(string tokenId, CancellationToken cancellationToken) =>
        RevokeAsync([(RevocationKind.Token, RevocationDigest.Of(RevocationKind.Token, tokenId))], cancellationToken);

    /// <summary>All access tokens of sessions, now and for good: a session that ended does not come back.</summary>
    public Task RevokeSessionsAsync(IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken) => sessionIds.Count == 0
        ? Task.CompletedTask
        : RevokeAsync(sessionIds.Select(id => (RevocationKind.Session, RevocationDigest.Of(RevocationKind.Session, id))), cancellationToken);

    /// <summary>All access tokens that a person or client has now. End their sessions before: a token that is issued later is good.</summary>
    public Task RevokeSubjectAsync(string subject, CancellationToken cancellationToken) =>
        RevokeAsync([(RevocationKind.Subject, RevocationDigest.Of(RevocationKind.Subject, subject))], cancellationToken);

    /// <summary>All access tokens that there are now, of people and services. Who has a refresh token or a secret gets a new one.</summary>
    public Task RevokeEverybodyAsync(CancellationToken cancellationToken) =>
        RevokeAsync([(RevocationKind.Everybody, RevocationDigest.Everybody)], cancellationToken);

    /// <summary>All access tokens that are signed with these keys, now and for good, those among them that somebody else signed.</summary>
    public Task RevokeKeysAsync(IEnumerable<string> keyIds, CancellationToken cancellationToken) =>
        RevokeAsync(keyIds.Select(id => (RevocationKind.Key, RevocationDigest.Of(RevocationKind.Key, id))), cancellationToken);

    private async Task RevokeAsync(IEnumerable<(RevocationKind Kind, ulong Digest)> revocations, CancellationToken cancellationToken) =>
        list.Add(await feed.AppendAsync(revocations, cancellationToken));
}
