namespace Platform.Contracts;

/// <summary>What an access token allows, as the words of its <c>scope</c> claim.</summary>
public static class Scopes
{
    /// <summary>A signed-in person, acting on what is theirs.</summary>
    public const string User = "user";

    /// <summary>A service may put notifications into people's inboxes.</summary>
    public const string SendNotifications = "notifications:send";

    /// <summary>A service may send e-mails to any address.</summary>
    public const string SendMail = "mail:send";

    /// <summary>A service may hear which tokens were revoked.</summary>
    public const string ReadRevocations = "revocations:read";

    /// <summary>A service may pseudonymise data on behalf of its owner.</summary>
    public const string Pseudonymize = "privacy:pseudonymize";

    /// <summary>A service may read what others may know of people.</summary>
    public const string ReadUsers = "users:read";

    /// <summary>A service may have others forget people.</summary>
    public const string ErasePeople = "people:erase";

    /// <summary>A service may be told all that others keep about people.</summary>
    public const string ExportPeople = "people:export";

    /// <summary>A caller may turn pseudonyms back into personal data.</summary>
    public const string Restore = "privacy:restore";

    /// <summary>A service may ask what a token is worth (RFC 7662).</summary>
    public const string IntrospectTokens = "tokens:introspect";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        User, SendNotifications, SendMail, ReadRevocations, Pseudonymize, ReadUsers, ErasePeople, ExportPeople, Restore, IntrospectTokens,
    ];
}
