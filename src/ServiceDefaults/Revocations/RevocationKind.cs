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
}
