namespace Platform.ServiceDefaults.Authentication;

/// <summary>The claims of the platform's access tokens (RFC 9068 names where it has them).</summary>
public static class AccessTokenClaims
{
    /// <summary>The <c>typ</c> header.</summary>
    public const string Type = "at+jwt";

    /// <summary>A person (<c>usr_…</c>), or the client id of a service.</summary>
    public const string Subject = "sub";

    /// <summary>The session (<c>ses_…</c>); persons only.</summary>
    public const string SessionId = "sid";

    /// <summary>The token's own id (<c>tok_…</c>).</summary>
    public const string TokenId = "jti";

    /// <summary>Where the feed of revocations was when the token was issued; see <see cref="Revocations.RevocationEpoch"/>.</summary>
    public const string Epoch = "ep";

    /// <summary>What the token allows: words with spaces between.</summary>
    public const string Scope = "scope";

    public const string Role = "role";

    /// <summary>When the person proved who they are, in Unix seconds (RFC 9068, section 2.2.1): refreshing leaves it as it was. Persons only.</summary>
    public const string AuthenticatedAt = "auth_time";

    /// <summary>Services only.</summary>
    public const string ClientId = "client_id";

    /// <summary>The role that may manage everybody's things.</summary>
    public const string AdminRole = "admin";
}
