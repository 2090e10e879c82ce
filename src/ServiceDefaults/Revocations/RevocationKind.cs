namespace Platform.ServiceDefaults.Revocations;

/// <summary>What a revocation ends. The numbers stand in the feed and in digests: they stay.</summary>
public enum RevocationKind
{
    /// <summary>One access token, by its <c>jti</c>.</summary>
    Token = 0,

    /// <summary>Every access token of a session, by its <c>sid</c>.</summary>
    Session = 1,

    /// <summary>Every access token that a person or client (<c>sub</c>) was issued before.</summary>
    Subject = 2,

    /// <summary>Every access token that anybody was issued before.</summary>
    Everybody = 3,

    /// <summary>Every access token that is signed with a key (its <c>kid</c>): somebody else has the key, so whatever else the token says is worth nothing.</summary>
    Key = 4,
}
