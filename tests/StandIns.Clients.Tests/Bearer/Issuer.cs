using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Bearer;

/// <summary>An issuer with metadata and keys on a real HTTP server.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Metadata = "/.well-known/openid-configuration";
    public const string Keys = "/keys";
    public const string Audience = "shop";

    private readonly List<ECDsaSecurityKey> _keys = [];
    private LoopbackServer? _server;

    public string Name => _server!.Address.ToString().TrimEnd('/');

    public bool IsDown { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public ECDsaSecurityKey Key => _keys[^1];

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        issuer.AddKey();
        issuer._server = await LoopbackServer.StartAsync(_ => { }, issuer.Map);
        return issuer;
    }

    public int Hits(string path) => _server!.Hits(path);

    public void AddKey() => _keys.Add(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("n") });

    public string Sign(Action<Dictionary<string, object>>? change = null, string type = "at+jwt", SigningCredentials? credentials = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = "usr_1",
            ["scope"] = "orders.read orders.write",
            ["role"] = new[] { "admin" },
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            TokenType = type,
            SigningCredentials = credentials ?? new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _keys.ForEach(static key => key.ECDsa.Dispose());
    }

    private void Map(WebApplication app)
    {
        app.MapGet(Metadata, () => IsDown
            ? Results.StatusCode(503)
            : Results.Json(new Dictionary<string, object> { ["issuer"] = Name, ["jwks_uri"] = Name + Keys }));
        app.MapGet(Keys, async () =>
        {
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            return IsDown ? Results.StatusCode(503) : Results.Text(KeySet(), "application/json");
        });
    }

    private string KeySet() => JsonSerializer.Serialize(new
    {
        keys = _keys.Select(static key =>
        {
            var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }),
    });
}
