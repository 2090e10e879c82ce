using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.TestKit.Tokens;

namespace Platform.TestKit;

/// <summary>
/// Stands where UserService stands for another service under test: issues access tokens and answers the HTTP calls for keys and service
/// tokens. Give <see cref="CreateHandler"/> to the HTTP client named <c>userservice</c>.
/// </summary>
public sealed class TokenIssuer : IDisposable
{
    private static readonly TimeSpan LifeTime = TimeSpan.FromMinutes(5);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _keyId = Guid.NewGuid().ToString("n");
    private int _keySetLoads;
    private readonly List<object> _revocations = [];
    private TaskCompletionSource _revoked = NewSignal();

    public string Issuer { get; } = "http://userservice.test";

    public string Audience { get; } = "platform";

    /// <summary>How often the key set was fetched.</summary>
    public int KeySetLoads => Volatile.Read(ref _keySetLoads);

    /// <summary>What a service under test needs to know: issuer, its credentials and a sealing key.</summary>
    public IReadOnlyDictionary<string, string?> SettingsOf(string service) => new Dictionary<string, string?>
    {
        ["Auth:Issuer"] = Issuer,
        ["Auth:ClientId"] = service,
        ["Auth:ClientSecret"] = "secret-of-" + service,
        ["Sealing:Key"] = "sealing-key-of-" + service + "-for-tests",
    };

    /// <summary>A token of a signed-in person.</summary>
    public string UserToken(string userId, params string[] roles) => UserToken(userId, "ses_" + userId, roles);

    /// <summary>A token of a person's given session.</summary>
    public string UserToken(string userId, string sessionId, string[] roles) => Sign(new()
    {
        ["sub"] = userId,
        ["sid"] = sessionId,
        ["scope"] = "user",
        ["role"] = roles,
    });

    /// <summary>A token of a service.</summary>
    public string ServiceToken(string service, string scopes) => Sign(new()
    {
        ["sub"] = service,
        ["client_id"] = service,
        ["scope"] = scopes,
    });

    /// <summary>Makes tokens of a signed-in person that are good but for what is changed in them.</summary>
    public TokenForge CreateForge(string userId, Uri trap) => new(
        _key, _keyId,
        new() { ["iss"] = Issuer, ["aud"] = Audience, ["sub"] = userId, ["sid"] = "ses_" + userId, ["scope"] = "user", ["ep"] = 0 },
        "rt_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), trap);

    /// <summary>Signs any claims; <paramref name="change"/> may spoil the descriptor.</summary>
    public string Sign(Dictionary<string, object> claims, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = DateTime.UtcNow;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = "at+jwt",
            NotBefore = now,
            IssuedAt = now,
            Expires = now + LifeTime,
            Claims = new Dictionary<string, object>(claims) { ["jti"] = Guid.NewGuid().ToString("n"), ["ep"] = "0-0" },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = _keyId }, SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler().CreateToken(descriptor);
    }

    /// <summary>A well-signed token that never expires, which nobody may accept.</summary>
    public string SignWithoutExpiry(Dictionary<string, object> claims) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
        .CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = "at+jwt",
            Claims = claims,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = _keyId }, SecurityAlgorithms.EcdsaSha256),
        });

    /// <summary>Revokes a session (its <c>sid</c>), as the feed of revocations tells it.</summary>
    public void RevokeSession(string sessionId) => Revoke("session", 1, sessionId, before: null);

    /// <summary>Revokes what a subject was issued so far: tokens made here are older than everything.</summary>
    public void RevokeSubject(string subject) => Revoke("subject", 2, subject, before: "1-0");

    private void Revoke(string kind, byte mark, string id, string? before)
    {
        var digest = SHA256.HashData([mark, .. Encoding.UTF8.GetBytes(id)]);
        lock (_revocations)
        {
            _revocations.Add(new { kind, digest = Convert.ToHexStringLower(digest.AsSpan(0, 8)), before, until = uint.MaxValue });
            _revoked.SetResult();
            _revoked = NewSignal();
        }
    }

    private async Task<string> RevocationsAsync(int after, TimeSpan wait, CancellationToken cancellationToken)
    {
        Task revoked;
        lock (_revocations)
        {
            revoked = after < _revocations.Count ? Task.CompletedTask : _revoked.Task;
        }

        await revoked.WaitAsync(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_revocations)
        {
            return JsonSerializer.Serialize(new
            {
                position = $"{_revocations.Count}-0", more = false, restarted = false, items = _revocations.Skip(after),
            });
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers <c>/.well-known/jwks.json</c>, <c>/oauth/token</c> and <c>/v1/revocations</c>; everything else with 404.</summary>
    public HttpMessageHandler CreateHandler() => new Handler(this);

    /// <summary>The published key set.</summary>
    public string KeySet()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new
                {
                    kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = _keyId,
                    x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y),
                },
            },
        });
    }

    public void Dispose() => _key.Dispose();

    private sealed class Handler(TokenIssuer issuer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            switch (request.RequestUri!.AbsolutePath)
            {
                case "/.well-known/jwks.json":
                    Interlocked.Increment(ref issuer._keySetLoads);
                    return Json(issuer.KeySet());
                case "/oauth/token":
                    var form = await request.Content!.ReadAsStringAsync(cancellationToken);
                    var scopes = form.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == "scope")
                        .Select(pair => WebUtility.UrlDecode(pair[1])).FirstOrDefault("");
                    var client = Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization!.Parameter!)).Split(':')[0];
                    return Json(JsonSerializer.Serialize(new
                    {
                        access_token = issuer.ServiceToken(client, scopes), token_type = "Bearer", expires_in = (int)LifeTime.TotalSeconds,
                    }));
                case "/v1/revocations":
                    var query = request.RequestUri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
                    var after = query["after"] is { Length: > 0 } position ? int.Parse(position.Split('-')[0], CultureInfo.InvariantCulture) : 0;
                    return Json(await issuer.RevocationsAsync(
                        after, TimeSpan.FromSeconds(double.Parse(query["wait"], CultureInfo.InvariantCulture)), cancellationToken));
                default:
                    return new HttpResponseMessage(HttpStatusCode.NotFound);
            }
        }

        private static HttpResponseMessage Json(string json) =>
            new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }
}
