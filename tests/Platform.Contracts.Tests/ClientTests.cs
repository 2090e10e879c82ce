using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.Contracts.Notifications;
using Platform.Contracts.Privacy;

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
