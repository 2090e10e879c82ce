using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;

namespace ServiceDefaults.Tests;

public sealed class HttpClientDefaultsTests
{
    // The breaker looks at no fewer calls.
    private const int EnoughToBreak = 100;

    [Fact]
    public async Task Breaker_OfOneClient_LeavesAnotherOfTheSameServiceAlone()
    {
        await using var service = await TestService.StartAsync(configure: builder =>
        {
            AddClient(builder, "mail", HttpStatusCode.ServiceUnavailable);
            AddClient(builder, "notifications", HttpStatusCode.Accepted);
        });
        var clients = service.Services.GetRequiredService<IHttpClientFactory>();
        using var mail = clients.CreateClient("mail");
        using var notifications = clients.CreateClient("notifications");

        for (var i = 0; i < EnoughToBreak; i++)
        {
            using var refused = await mail.PostAsync("/v1/mail", null);
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => mail.PostAsync("/v1/mail", null));
        using var accepted = await notifications.PostAsync("/v1/notifications", null);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    private static void AddClient(WebApplicationBuilder builder, string name, HttpStatusCode answer) => builder.Services
        .AddHttpClient(name, client => client.BaseAddress = new Uri("http://notificationservice"))
        .ConfigurePrimaryHttpMessageHandler(() => new Answer(answer));

    private sealed class Answer(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status));
    }
}
