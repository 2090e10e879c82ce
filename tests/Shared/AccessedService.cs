using Microsoft.AspNetCore.Mvc.Testing;
using Platform.TestKit;

namespace Shared;

/// <summary>The service of the tests that this is compiled into, with everybody who may call it, for <see cref="AccessMatrixTests"/>.</summary>
public abstract class AccessedService : IAsyncLifetime
{
    /// <summary>Who calls, in the order of the columns of an access.txt. What a row is about is the owner's: to all others it is foreign.</summary>
    public static readonly string[] Callers =
        ["anonymous", "owner", "other", "admin", "userservice", "taskservice", "notificationservice", "privacyservice"];

    /// <summary>All that UserService lets each service ask for; the tests of UserService compare.</summary>
    public static readonly IReadOnlyDictionary<string, string> ScopesOf = new Dictionary<string, string>
    {
        ["userservice"] = "notifications:send mail:send revocations:read people:erase",
        ["taskservice"] = "privacy:pseudonymize notifications:send revocations:read people:export users:read",
        ["notificationservice"] = "notifications:send revocations:read",
        ["privacyservice"] = "notifications:send revocations:read",
    };

    private WebApplicationFactory<Program>? _application;

    public RedisFixture Redis { get; } = new();

    public WebApplicationFactory<Program> Application => _application ?? throw new InvalidOperationException("The fixture is used before it is initialized.");

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        _application = await CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CleanAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>A new owner with one of everything that rows name, so that no request sees what another did.</summary>
    internal abstract Task<AccessScene> NewSceneAsync();

    private protected abstract Task<WebApplicationFactory<Program>> CreateAsync();

    private protected abstract Task CleanAsync();

    /// <summary>The callers' tokens where a <see cref="TokenIssuer"/> stands for UserService.</summary>
    private protected static Dictionary<string, string?> TokensOf(TokenIssuer issuer, string owner, string other) => Callers.ToDictionary(caller => caller, caller => caller switch
    {
        "anonymous" => null,
        "owner" => issuer.UserToken(owner),
        "other" => issuer.UserToken(other),
        "admin" => issuer.UserToken("usr_admin", "admin"),
        _ => (string?)issuer.ServiceToken(caller, ScopesOf[caller]),
    });
}

/// <param name="Tokens">Access tokens by caller; null for who has none.</param>
/// <param name="Things">The owner's things, by the name that rows have for them.</param>
internal sealed record AccessScene(IReadOnlyDictionary<string, string?> Tokens, IReadOnlyDictionary<string, string> Things);
