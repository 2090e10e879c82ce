using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace StandIns.Clients.Tests.Bearer;

public sealed class JwtBearerTests
{
    [Fact]
    public async Task Token_Valid_GivesItsClaimsUnderTheirOwnNames()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);

        var claims = await server.GetAsync("/claims", issuer.Sign());
        var name = await server.GetAsync("/name", issuer.Sign());

        var names = JsonSerializer.Deserialize<string[]>(claims.Body)!;
        Assert.Superset(new HashSet<string> { "sub=usr_1", "scope=orders.read orders.write", "role=admin", "aud=shop" }, names.ToHashSet());
        Assert.Equal("usr_1 True", name.Body);
    }

    [Fact]
    public async Task Token_ValidWithMappedClaims_GivesTheLongNames()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            options.MapInboundClaims = true;
            options.TokenValidationParameters = new TokenValidationParameters();
        });

        var claims = JsonSerializer.Deserialize<string[]>((await server.GetAsync("/claims", issuer.Sign())).Body)!;

        Assert.Contains("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier=usr_1", claims);
        Assert.Contains("http://schemas.microsoft.com/ws/2008/06/identity/claims/role=admin", claims);
        Assert.Contains("scope=orders.read orders.write", claims);
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "audience", "The audience 'other' is invalid", "aud" },
        { "issuer", "The issuer 'https://evil' is invalid", "iss" },
        { "expired", "The token expired at '01/01/2020 00:00:00'", "exp" },
        { "early", "The token is not valid before '01/01/2100 00:00:00'", "nbf" },
        { "endless", "The token has no expiration", "none" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Token_WithAFault_IsChallengedWithWhatIsWrong(string fault, string description, string claim)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        var token = issuer.Sign(claims =>
        {
            claims[claim] = fault switch
            {
                "audience" => "other",
                "issuer" => "https://evil",
                "expired" => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
                "early" => new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
                _ => 1,
            };
            if (fault == "early")
            {
                claims["exp"] = new DateTimeOffset(2101, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
            }

            if (fault == "endless")
            {
                claims.Remove("exp");
            }
        });

        var answer = await server.GetAsync("/claims", token);

        Assert.Equal(401, answer.Status);
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{description}\"", answer.Challenge);
    }

    [Theory]
    [InlineData(true, 401)]
    [InlineData(false, 200)]
    public async Task Token_ThatNeverExpires_IsAcceptedOnlyWhereAllowed(bool require, int status)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.TokenValidationParameters.RequireExpirationTime = require);

        Assert.Equal(status, (await server.GetAsync("/claims", issuer.Sign(claims => claims.Remove("exp")))).Status);
    }

    [Fact]
    public async Task Token_OfAnotherType_IsRefused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);

        Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign(type: "JWT"))).Status);
        Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign(type: "logout+jwt"))).Status);
        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
    }

    [Fact]
    public async Task Challenge_WithoutToken_SaysOnlyTheScheme()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);

        var answer = await server.GetAsync("/claims", token: null);

        Assert.Equal((401, "Bearer"), (answer.Status, answer.Challenge));
        Assert.Equal(0, issuer.Hits(Issuer.Metadata));
    }

    [Theory]
    [InlineData(true, "Bearer realm=\"shop\", error=\"invalid_token\", error_description=\"The audience 'other' is invalid\"")]
    [InlineData(false, "Bearer realm=\"shop\"")]
    public async Task Challenge_WithRealm_KeepsIt(bool details, string expected)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            options.Challenge = "Bearer realm=\"shop\"";
            options.IncludeErrorDetails = details;
        });

        Assert.Equal(expected, (await server.GetAsync("/claims", issuer.Sign(claims => claims["aud"] = "other"))).Challenge);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\r\nX-Injected: yes")]
    [InlineData("é\u0000")]
    public async Task Challenge_TextFromTheToken_CannotBreakOut(string audience)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);

        var answer = await server.GetAsync("/claims", issuer.Sign(claims => claims["aud"] = audience));

        Assert.Equal(401, answer.Status);
        Assert.Matches("^Bearer error=\"invalid_token\", error_description=\"The audience '[^\"\\r\\n]+' is invalid\"$", answer.Challenge);
    }

    [Fact]
    public async Task Forbidden_CallerIsKnown_Answers403AndTellsTheApplication()
    {
        var told = 0;
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => (options.Events ??= new JwtBearerEvents()).OnForbidden = _ =>
        {
            told++;
            return Task.CompletedTask;
        });

        var answer = await server.GetAsync("/nobody", issuer.Sign());

        Assert.Equal((403, "", 1), (answer.Status, answer.Challenge, told));
    }

    [Fact]
    public async Task Events_AreCalledInOrder()
    {
        List<string> events = [];
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context => Add($"received {context.Scheme.Name}"),
            OnTokenValidated = context => Add($"validated {context.Principal!.FindFirst("sub")!.Value} {context.SecurityToken.Issuer.Length > 0}"),
            OnAuthenticationFailed = context => Add($"failed {context.Exception.GetType().Name}"),
            OnChallenge = context => Add($"challenge {context.Error} {context.AuthenticateFailure?.GetType().Name}"),
        });

        await server.GetAsync("/claims", issuer.Sign());
        await server.GetAsync("/claims", issuer.Sign(claims => claims["aud"] = "other"));
        await server.GetAsync("/claims", token: null);

        Assert.Equal(
        [
            "received Bearer", "validated usr_1 True",
            "received Bearer", "failed SecurityTokenInvalidAudienceException", "challenge invalid_token SecurityTokenInvalidAudienceException",
            "received Bearer", "challenge  ",
        ], events);

        Task Add(string text)
        {
            events.Add(text);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task OnMessageReceived_MayBringTheTokenOrTheResult()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => (options.Events ??= new JwtBearerEvents()).OnMessageReceived = context =>
        {
            context.Token = context.Request.Query["access_token"];
            if (context.Request.Query.ContainsKey("stop"))
            {
                context.Fail("not today");
            }

            return Task.CompletedTask;
        });

        Assert.Equal(200, (await server.GetAsync($"/claims?access_token={issuer.Sign()}", token: null)).Status);
        Assert.Equal(401, (await server.GetAsync("/claims?stop", issuer.Sign())).Status);
    }

    [Fact]
    public async Task OnTokenValidated_MayRefuse()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => (options.Events ??= new JwtBearerEvents()).OnTokenValidated = context =>
        {
            context.Fail("The session has ended.");
            return Task.CompletedTask;
        });

        var answer = await server.GetAsync("/claims", issuer.Sign());
        Assert.Equal((401, "Bearer error=\"invalid_token\""), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task OnChallenge_Handled_AnswersByItself()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => (options.Events ??= new JwtBearerEvents()).OnChallenge = context =>
        {
            context.HandleResponse();
            context.Response.StatusCode = 418;
            return Task.CompletedTask;
        });

        Assert.Equal((418, ""), ((await server.GetAsync("/claims", token: null)) is var answer ? (answer.Status, answer.Challenge) : default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SaveToken_DecidesWhetherTheTokenIsKept(bool save)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.SaveToken = save);
        var token = issuer.Sign();

        Assert.Equal(save ? token : "", (await server.GetAsync("/token", token)).Body);
    }

    [Fact]
    public async Task ForwardDefaultSelector_SendsTokensToTheSchemeOfTheirIssuer()
    {
        await using var first = await Issuer.StartAsync();
        await using var second = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(authentication => authentication
            .AddJwtBearer(options =>
            {
                Configure(options, first);
                options.ForwardDefaultSelector = context => context.Request.Headers.ContainsKey("Authorization")
                    && context.Request.Query.ContainsKey("second") ? "second" : null;
            })
            .AddJwtBearer("second", "Second", options => Configure(options, second)));

        Assert.Equal(200, (await server.GetAsync("/claims", first.Sign())).Status);
        Assert.Equal(401, (await server.GetAsync("/claims", second.Sign())).Status);
        Assert.Equal(200, (await server.GetAsync("/claims?second", second.Sign())).Status);

        static void Configure(JwtBearerOptions options, Issuer issuer)
        {
            options.Authority = issuer.Name;
            options.Audience = Issuer.Audience;
            options.RequireHttpsMetadata = false;
        }
    }

    [Fact]
    public async Task Configuration_OfTheScheme_IsRead()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(
            authentication => authentication.AddJwtBearer(),
            builder =>
            {
                var section = "Authentication:Schemes:Bearer:";
                builder.Configuration[section + "Authority"] = issuer.Name;
                builder.Configuration[section + "ValidAudiences:0"] = Issuer.Audience;
                builder.Configuration[section + "RequireHttpsMetadata"] = "false";
                builder.Configuration[section + "MapInboundClaims"] = "false";
                builder.Configuration[section + "BackchannelTimeout"] = "00:00:07";
            });

        var options = server.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get("Bearer");
        Assert.Equal((TimeSpan.FromSeconds(7), false), (options.BackchannelTimeout, options.MapInboundClaims));
        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign(claims => claims["aud"] = "other"))).Status);
    }

    [Fact]
    public void Authority_WithoutHttps_IsRefusedUnlessAllowed()
    {
        using var services = new ServiceCollection().AddLogging().AddAuthentication().AddJwtBearer(options => options.Authority = "http://issuer")
            .Services.BuildServiceProvider();

        var exception = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get("Bearer"));

        Assert.Equal("The MetadataAddress or Authority must use HTTPS unless disabled for development by setting RequireHttpsMetadata=false.", exception.Message);
    }

    [Fact]
    public async Task TryAuthenticate_OfASchemeWithoutMetadata_UsesTheKeysItWasGiven()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(authentication => authentication.AddJwtBearer("Bearer", options =>
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = issuer.Name,
                ValidAudience = Issuer.Audience,
                IssuerSigningKeyResolver = (_, _, keyId, _) => keyId == issuer.Key.KeyId ? [issuer.Key] : [],
            }));

        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(0, issuer.Hits(Issuer.Metadata));
    }
}
