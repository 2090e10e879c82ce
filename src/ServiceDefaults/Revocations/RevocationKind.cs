namespace Platform.ServiceDefaults.Revocations;

/// <summary>What a revocation ends.</summary>
public enum RevocationKind
{
    /// <summary>One access token, by its <c>jti</c>.</summary>
    Token,

    /// <summary>Every access token of a session, by its <c>sid</c>.</summary>
    Session,

    /// <summary>Every access token that a person or client (<c>sub</c>) was issued before.</summary>
    Subject,

    /// <summary>Every access token that anybody was issued before.</summary>
    Everybody,
}
