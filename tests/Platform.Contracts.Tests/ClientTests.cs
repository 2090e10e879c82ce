using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.Contracts.Notifications;
using Platform.Contracts.Privacy;
using Platform.Contracts.Users;

namespace Platform.Contracts.Tests;

public class ClientTests
{
    private static readonly PseudonymizeLinesOptions Options = new(
        "usr_1", "request:tsk_1", ["email", "address.city"], Detect: true, TimeToLive: TimeSpan.FromHours(2));

    [Fact]
    public async Task PseudonymizeLinesAsync_Success_SendsOptionsInQueryAndReadsHeaders()
    {
        var handler = new Answering(() =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{\"email\":\"psn_x\"}\n") };
            response.Headers.Add(PrivacyClient.CountHeader, "1");
            response.Headers.Add(PrivacyClient.ExpiresHeader, "2026-11-22T10:00:00Z");
            return response;
        });

        var answer = await Privacy(handler).PseudonymizeLinesAsync(Encoding.UTF8.GetBytes("{\"email\":\"a@example.com\"}\n"), Options, default);

        Assert.Equal("{\"email\":\"psn_x\"}\n", Encoding.UTF8.GetString(answer.Lines.Span));
        Assert.Equal(1, answer.Replaced);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), answer.ExpiresAt);
        Assert.Equal(
            "/v1/pseudonymize?owner=usr_1&scope=request%3Atsk_1&detect=true&field=email&field=address.city&ttl=7200",
            handler.Request!.RequestUri!.PathAndQuery);
        Assert.Equal("application/x-ndjson", handler.Request.Content!.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task SendAsync_ProblemDetail_ThrowsItsCodeAndDetail()
    {
        var handler = new Answering(() => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(2)) },
            Content = new StringContent("{\"code\":\"redis_unavailable\",\"detail\":\"Try again shortly.\"}", Encoding.UTF8, "application/problem+json"),
        });

        var exception = await Assert.ThrowsAsync<RemoteCallException>(() => Notifications(handler).SendAsync(new("usr_1", "a", "b"), default));

        Assert.Equal("redis_unavailable", exception.Code);
        Assert.Contains("Try again shortly.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), exception.RetryAfter);
        Assert.True(exception.IsTransient);
    }

    [Theory]
    [InlineData("text/html", "<h1>secret of a proxy</h1>")]
    [InlineData("application/problem+json", "not json")]
    [InlineData("application/problem+json", "[1]")]
    public async Task SendAsync_ErrorOfAnotherKind_TellsTheStatusOnly(string mediaType, string body)
    {
        var handler = new Answering(() => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(body, Encoding.UTF8, mediaType) });

        var exception = await Assert.ThrowsAsync<RemoteCallException>(() => Notifications(handler).SendAsync(new("usr_1", "a", "b"), default));

        Assert.Equal("http_400", exception.Code);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task SignInAsync_ASecondFactorIsMissing_HasTheTicketApartFromTheMessage()
    {
        var handler = new Answering(() => new HttpResponseMessage(HttpStatusCode.Forbidden)
        {
            Content = new StringContent(
                "{\"code\":\"second_factor_required\",\"detail\":\"Send a code.\",\"ticket\":\"very-secret\"}", Encoding.UTF8, "application/problem+json"),
        });
        var sessions = new SessionsClient(new HttpClient(handler) { BaseAddress = new Uri("http://userservice") });

        var exception = await Assert.ThrowsAsync<RemoteCallException>(
            () => sessions.SignInAsync("ada@example.com", "pw", new Visitor(IPAddress.Parse("203.0.113.9"), "Firefox/1"), default));

        Assert.Equal(("second_factor_required", "Send a code.", "very-secret"), (exception.Code, exception.Detail, exception.Ticket));
        Assert.DoesNotContain("very-secret", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal("203.0.113.9", handler.Request!.Headers.GetValues("X-Forwarded-For").Single());
        Assert.Equal("Firefox/1", handler.Request.Headers.UserAgent.ToString());
    }

    [Fact]
    public async Task EndAsync_ByABrowserWithAStrangeName_SaysWhereItIsAndWhatCanBeSaid()
    {
        var handler = new Answering(() => new HttpResponseMessage(HttpStatusCode.OK));
        var sessions = new SessionsClient(new HttpClient(handler) { BaseAddress = new Uri("http://userservice") });

        await sessions.EndAsync("rt_1", new Visitor(IPAddress.Parse("203.0.113.9"), "Füchsin/1" + new string('x', 5_000)), default);

        Assert.Equal("203.0.113.9", handler.Request!.Headers.GetValues("X-Forwarded-For").Single());
        var agent = handler.Request.Headers.GetValues("User-Agent").Single();
        Assert.StartsWith("Fchsin/1x", agent, StringComparison.Ordinal);
        Assert.Equal(512, agent.Length);
    }

    private static PrivacyClient Privacy(HttpMessageHandler handler) => new(new HttpClient(handler) { BaseAddress = new Uri("http://privacyservice") });

    private static NotificationsClient Notifications(HttpMessageHandler handler) =>
        new(new HttpClient(handler) { BaseAddress = new Uri("http://notificationservice") });

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            return Task.FromResult(answer());
        }
    }
}
