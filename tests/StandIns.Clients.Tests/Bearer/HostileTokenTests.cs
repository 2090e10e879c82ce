using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace StandIns.Clients.Tests.Bearer;

public sealed class HostileTokenTests
{
    private const string Header = """{"alg":"ES256","typ":"at+jwt"}""";

    public static TheoryData<string> Malformed =>
    [
        "x", ".", "..", "...", "....", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "a.b.c.d.e.f.g", new string('.', 5_000),
        "%%%.###.@@@", "ab=.cd=.ef=", "A.A.A", "🔑.🔑.🔑",
        Encode("null") + "." + Encode("null") + ".AA", Encode("[]") + "." + Encode("[]") + ".AA", Encode("1") + "." + Encode("2") + ".AA",
        Encode("{}") + "." + Encode("{}") + ".", Encode("{") + "." + Encode("{") + ".AA", Encode("{\"alg\":") + ".e30.AA",
        Encode("{\"alg\":{}}") + ".e30.AA", Encode("{\"alg\":\"ES256\",\"kid\":[1]}") + ".e30.AA", Encode("{\"alg\":\"ES256\",\"typ\":7}") + ".e30.AA",
        Encode("{\"alg\":\"ES256\",\"x5c\":\"x\",\"jku\":\"http://127.0.0.1:1/\"}") + ".e30.AA",
        Encode(Header) + "." + Encode("{\"exp\":1e400}") + ".AA", Encode(Header) + "." + Encode("{\"exp\":99999999999999999999}") + ".AA",
        Encode(Header) + "." + Encode("{\"exp\":\"soon\",\"nbf\":{},\"iss\":[],\"aud\":{\"a\":1}}") + ".AA",
        Encode(Header) + "." + Encode("{\"a\":" + new string('[', 20_000) + new string(']', 20_000) + "}") + ".AA",
        Encode("{\"alg\":" + string.Concat(Enumerable.Repeat("{\"a\":", 20_000)) + "1" + new string('}', 20_000) + "}") + ".e30.AA",
        Base64UrlEncoder.Encode([0xff, 0xfe, 0x7b, 0x7d]) + ".e30.AA", Encode("\ufeff{}") + ".e30.AA",
        new string('A', 300 * 1024) + ".e30.AA",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Token_Malformed_IsA401(string token)
    {
        await using var issuer = await Issuer.StartAsync();
        Exception? failure = null;
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            // Through the event, because no header is as long as some of these.
            (options.Events ??= new JwtBearerEvents()).OnMessageReceived = context =>
            {
                context.Token = token;
                return Task.CompletedTask;
            };
            (options.Events ??= new JwtBearerEvents()).OnAuthenticationFailed = context =>
            {
                failure = context.Exception;
                return Task.CompletedTask;
            };
        });

        var answer = await server.GetAsync("/claims", token: null);

        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.NotNull(failure);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task Token_Unsigned_IsRefused(string algorithm)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.TokenValidationParameters = new TokenValidationParameters());
        var parts = issuer.Sign().Split('.');
        var header = Encode($$"""{"alg":"{{algorithm}}","typ":"at+jwt"}""");

        Assert.Equal(401, (await server.GetAsync("/claims", $"{header}.{parts[1]}.")).Status);
        Assert.Equal(401, (await server.GetAsync("/claims", $"{header}.{parts[1]}.{parts[2]}")).Status);
        Assert.Equal(401, (await server.GetAsync("/claims", $"{parts[0]}.{parts[1]}.")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_SignedWithThePublicKeyAsASecret_IsRefused(bool algorithmsRestricted)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            if (!algorithmsRestricted)
            {
                options.TokenValidationParameters = new TokenValidationParameters();
            }
        });
        var publicKey = issuer.Key.ECDsa;
        byte[][] secrets =
        [
            publicKey.ExportSubjectPublicKeyInfo(),
            Encoding.UTF8.GetBytes(publicKey.ExportSubjectPublicKeyInfoPem()),
            publicKey.ExportParameters(includePrivateParameters: false).Q.X!,
            [.. publicKey.ExportParameters(includePrivateParameters: false).Q.X!, .. publicKey.ExportParameters(includePrivateParameters: false).Q.Y!],
        ];

        foreach (var secret in secrets)
        {
            var credentials = new SigningCredentials(new SymmetricSecurityKey(secret) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256);
            Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign(credentials: credentials))).Status);
        }
    }

    [Fact]
    public async Task Token_WithAnAlgorithmThatIsNotAllowed_IsRefused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options =>
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256]);

        Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign())).Status);
    }

    [Fact]
    public async Task Token_ChangedAfterSigning_IsRefused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        var parts = issuer.Sign().Split('.');
        var forged = Base64UrlEncoder.Decode(parts[1]).Replace("usr_1", "usr_2", StringComparison.Ordinal);

        var answer = await server.GetAsync("/claims", $"{parts[0]}.{Encode(forged)}.{parts[2]}");

        Assert.Equal((401, "Bearer error=\"invalid_token\", error_description=\"The signature is invalid\""), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task Token_WithItsOwnKeyInTheHeader_IsRefused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var attacker = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        var name = issuer.Name;

        var answer = await server.GetAsync("/claims", attacker.Sign(claims => claims["iss"] = name));

        Assert.Equal((401, "Bearer error=\"invalid_token\", error_description=\"The signature key was not found\""), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task Token_Encrypted_IsRefusedUnread()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        var header = Encode("""{"alg":"dir","enc":"A128CBC-HS256","zip":"DEF"}""");

        Assert.Equal(401, (await server.GetAsync("/claims", $"{header}..AAAA.AAAA.AAAA")).Status);
        Assert.Equal(0, issuer.Hits(Issuer.Metadata));
    }

    [Fact]
    public async Task ValidTypes_TokenWithoutType_IsRefused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        var signed = issuer.Sign(type: "at+jwt").Split('.');
        var input = Encode($$"""{"alg":"ES256","kid":"{{issuer.Key.KeyId}}"}""") + "." + signed[1];
        var signature = issuer.Key.ECDsa.SignData(Encoding.ASCII.GetBytes(input), System.Security.Cryptography.HashAlgorithmName.SHA256);

        Assert.Equal(401, (await server.GetAsync("/claims", $"{input}.{Base64UrlEncoder.Encode(signature)}")).Status);
    }

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);
}
