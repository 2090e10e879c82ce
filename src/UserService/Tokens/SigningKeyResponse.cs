using System.Text.Json.Serialization;

namespace UserService.Tokens;

/// <summary>A key of the ring, for administrators. Times are those of Redis's clock.</summary>
/// <param name="Kid">The RFC 7638 thumbprint, as tokens and the key set have it.</param>
/// <param name="State"><c>active</c>: signs; <c>next</c>: published, and will sign; <c>retired</c>: published until its last token has expired.</param>
/// <param name="SignsFrom">Of the next key: the earliest that it can take the active key's place.</param>
/// <param name="LeavesAt">Of a retired key: when it leaves the key set and is deleted.</param>
internal sealed record SigningKeyResponse(
    string Kid, SigningKeyState State, DateTimeOffset CreatedAt, DateTimeOffset? SignsFrom, DateTimeOffset? ActiveSince, DateTimeOffset? RetiredAt, DateTimeOffset? LeavesAt)
{
    /// <param name="key">The key.</param>
    /// <param name="publishedBefore">How long a key is published before it signs.</param>
    /// <param name="retiredStays">How long a retired key stays after its last token has expired.</param>
    public static SigningKeyResponse Of(RingKey key, TimeSpan publishedBefore, TimeSpan retiredStays) => new(
        key.Key.Id,
        key.State,
        key.Times.CreatedAt,
        key.State == SigningKeyState.Next ? key.Times.CreatedAt + publishedBefore : null,
        key.Times.ActiveSince,
        key.Times.RetiredAt,
        key.Times.RetiredAt + key.Times.LongestToken + retiredStays);
}

/// <summary>How to rotate.</summary>
/// <param name="Leaked">
/// The keys are in wrong hands: all of them are withdrawn at once and every access token is void, instead of the next key taking over.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RotateRequest(bool Leaked = false);
