namespace UserService;

/// <summary>Policies of <c>RateLimiting:Policies</c> in <c>appsettings.json</c> that endpoints name.</summary>
internal static class RateLimitPolicies
{
    /// <summary>Whoever is not known yet and makes the service hash a password, by address.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Refreshing, by session: everything that descends from one sign-in together.</summary>
    public const string Refresh = "refresh";

    /// <summary>Whoever ends tokens, by address.</summary>
    public const string TokenRevocation = "token-revocation";

    /// <summary>Whoever has e-mails sent, or brings what was in one, by address.</summary>
    public const string Mail = "mail";

    /// <summary>E-mails that one person asks for, whoever they go to; asked for in code, as the next.</summary>
    public const string MailBy = "mail-by";

    /// <summary>E-mails to one address, whoever asks for them; asked for in code, because it is never refused aloud.</summary>
    public const string MailTo = "mail-to";
}
