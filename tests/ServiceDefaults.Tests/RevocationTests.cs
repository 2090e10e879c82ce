using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Redis.Guarantees;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Streaming;
using Platform.TestKit;
using Shared;

namespace ServiceDefaults.Tests;

/// <summary>A service that checks tokens, and hears from UserService which were revoked.</summary>
public class RevocationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_OfARevokedSession_IsRefusedAlsoWhereItWasVerifiedBefore()
    {
        await using var service = await TestService.StartAsync(Map);
        using var ended = service.Client(service.Issuer.UserToken("usr_1", "ses_1", []));
        using var other = service.Client(service.Issuer.UserToken("usr_1", "ses_2", []));
        Assert.Equal(HttpStatusCode.OK, (await ended.GetAsync("/me", Stop)).StatusCode);

        service.Issuer.RevokeSession("ses_1");

        await Eventually.TrueAsync(
            async () => (await ended.GetAsync("/me")).StatusCode == HttpStatusCode.Unauthorized, Patience, "the revocation arrives");
        using var refused = await ended.GetAsync("/me", Stop);
        Assert.Contains("The token was revoked", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/me", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ended.GetAsync("/open", Stop)).StatusCode);
    }

    [Fact]
    public async Task OwnToken_ThatWasRevokedWithEverybodys_IsReplacedWithoutAWord()
    {
        var logs = new LogCollector();
        var refusal = new RefusesOnce();
        await using var service = await TestService.StartAsync(
            Map, builder => builder.Logging.AddProvider(logs), userService: issuer =>
            {
                refusal.InnerHandler = issuer.CreateHandler();
                return refusal;
            });
        using var client = service.Client(service.Issuer.UserToken("usr_1"));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/me", Stop)).StatusCode);

        Assert.True(refusal.HasRefused);
        Assert.DoesNotContain("could not be read", logs.Text, StringComparison.Ordinal);
    }

    private sealed class RefusesOnce : DelegatingHandler
    {
        private int _asked;

        public bool HasRefused => _asked > 0;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath == "/v1/revocations" && Interlocked.Increment(ref _asked) == 1
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request })
                : base.SendAsync(request, cancellationToken);
    }

    [Fact]
    public async Task Token_OfARevokedPerson_IsRefusedUnlessItWasIssuedAfterwards()
    {
        await using var service = await TestService.StartAsync(Map);
        using var before = service.Client(service.Issuer.UserToken("usr_1"));
        using var after = service.Client(service.Issuer.Sign(
            new() { ["sub"] = "usr_1", ["sid"] = "ses_9", ["scope"] = "user" }, token => token.Claims["ep"] = "1-0"));

        service.Issuer.RevokeSubject("usr_1");

        await Eventually.TrueAsync(
            async () => (await before.GetAsync("/me")).StatusCode == HttpStatusCode.Unauthorized, Patience, "the revocation arrives");
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/me", Stop)).StatusCode);
    }

    [Fact]
    public async Task Stream_OfARevokedSession_Ends()
    {
        await using var service = await TestService.StartAsync(Map);
        using var client = service.Client(service.Issuer.UserToken("usr_1", "ses_1", []));
        using var stream = await client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var read = stream.Content.ReadAsStringAsync(Stop);

        service.Issuer.RevokeSession("ses_1");

        Assert.Contains("retry:", await read.WaitAsync(Patience, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserService_SilentForTooLong_NoTokenIsCalledGoodAndRevokedOnesStayRevoked()
    {
        var away = false;
        await using var service = await TestService.StartAsync(
            Map, builder => builder.Configuration["Auth:RevocationStaleness"] = "00:00:06",
            userService: issuer => new Switched(() => away, issuer.CreateHandler()));
        var capability = service.Services.GetServices<ICapability>().Single(one => one.Name == "revocation");
        using var good = service.Client(service.Issuer.UserToken("usr_1", "ses_1", []));
        using var revoked = service.Client(service.Issuer.UserToken("usr_2", "ses_2", []));
        Assert.Equal(HttpStatusCode.OK, (await good.GetAsync("/me", Stop)).StatusCode);
        service.Issuer.RevokeSession("ses_2");
        await Eventually.TrueAsync(
            async () => (await revoked.GetAsync("/me")).StatusCode == HttpStatusCode.Unauthorized, Patience, "the revocation arrives");

        away = true;

        await Eventually.TrueAsync(
            async () => (await good.GetAsync("/me")).StatusCode == HttpStatusCode.ServiceUnavailable, Patience, "what is known is too old");
        using var unknown = await good.GetAsync("/me", Stop);
        Assert.NotNull(unknown.Headers.RetryAfter);
        Assert.Equal(GuaranteeMode.Refusing, capability.State.Mode);
        Assert.Contains("revocations_unknown", await unknown.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await revoked.GetAsync("/me", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await good.GetAsync("/open", Stop)).StatusCode);

        away = false;
        await Eventually.TrueAsync(
            async () => (await good.GetAsync("/me")).StatusCode == HttpStatusCode.OK, Patience, "the feed is heard again");
        Assert.Equal(HttpStatusCode.Unauthorized, (await revoked.GetAsync("/me", Stop)).StatusCode);
        Assert.Equal(GuaranteeMode.Redis, capability.State.Mode);
    }

    [Fact]
    public async Task Principal_OfAVerifiedToken_IsEachRequestsOwn()
    {
        await using var service = await TestService.StartAsync(routes => routes.MapGet("/claims", (HttpContext http) =>
        {
            var identity = (System.Security.Claims.ClaimsIdentity)http.User.Identity!;
            identity.AddClaim(new("added", "1"));
            return identity.Claims.Count(claim => claim.Type == "added");
        }).RequireUser());
        using var client = service.Client(service.Issuer.UserToken("usr_1"));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("1", await client.GetStringAsync("/claims", Stop));
        }
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/me", () => "me").RequireUser();
        routes.MapGet("/open", () => "open").AllowAnonymous();
        routes.MapGet("/stream", () => ServerSentEvents.Stream(Nothing())).RequireUser();
    }

    private static async IAsyncEnumerable<SseMessage> Nothing(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    private sealed class Switched(Func<bool> away, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            away() ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)) : base.SendAsync(request, cancellationToken);
    }
}
