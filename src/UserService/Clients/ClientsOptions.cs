namespace UserService.Clients;

/// <summary>The services that may ask for tokens, by client id: <c>Clients:taskservice:Secret</c>.</summary>
internal sealed class ClientsOptions : Dictionary<string, ClientOptions>
{
    public const string SectionName = "Clients";

    public ClientsOptions() : base(StringComparer.Ordinal)
    {
    }
}

internal sealed class ClientOptions
{
    public const int MinSecretLength = 16;

    public string Secret { get; set; } = "";

    /// <summary>Words with spaces between, or a list; needed for clients that are not one of the platform's own services.</summary>
    public string? Scopes { get; set; }
}
