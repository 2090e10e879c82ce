using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceDefaults.Authentication;
using Platform.TestKit;

namespace ServiceDefaults.Tests;

public class ServiceTokenTests
{
    [Fact]
    public async Task Call_ManyAtOnce_ShareOneToken()
    {
        var requests = 0;
        var callee = new Callee(_ => HttpStatusCode.OK);
        await using var service = await StartAsync(callee, () => Interlocked.Increment(ref requests));
        var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient("callee");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("http://callee/")));

        Assert.Equal(1, requests);
        Assert.Equal(50, callee.Tokens.Count);
        Assert.Single(callee.Tokens.Distinct());
    }

    [Fact]
    public async Task Call_TokenRefused_IsRepeatedOnceWithANewOne()
    {
        var requests = 0;
        var callee = new Callee(call => call == 1 ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
        await using var service = await StartAsync(callee, () => Interlocked.Increment(ref requests));
        var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient("callee");

        using var response = await client.GetAsync("http://callee/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, requests);
        Assert.Equal(2, callee.Tokens.Distinct().Count());
    }

    [Fact]
    public async Task Call_NoCredentials_SaysWhichSettingIsMissing()
    {
        await using var service = await StartAsync(new Callee(_ => HttpStatusCode.OK), () => { }, builder => builder.Configuration["Auth:ClientSecret"] = null);
        var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient("callee");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("http://callee/"));

        Assert.Contains("Auth__ClientSecret", exception.Message, StringComparison.Ordinal);
    }

    private static Task<TestService> StartAsync(Callee callee, Action tokenRequested, Action<WebApplicationBuilder>? configure = null) => TestService.StartAsync(
        configure: builder =>
        {
            builder.Services.AddHttpClient("callee").ConfigurePrimaryHttpMessageHandler(() => callee).AddServiceToken("notifications:send");
            configure?.Invoke(builder);
        },
        userService: issuer => new Counted(tokenRequested, issuer.CreateHandler()));

    private sealed class Callee(Func<int, HttpStatusCode> answer) : HttpMessageHandler
    {
        private int _calls;

        public System.Collections.Concurrent.ConcurrentBag<string> Tokens { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Tokens.Add(request.Headers.Authorization!.Parameter!);
            return Task.FromResult(new HttpResponseMessage(answer(Interlocked.Increment(ref _calls))));
        }
    }

    private sealed class Counted(Action count, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The service asks for a token of its own to hear of revocations.
            if (request.Content is { } content && (await content.ReadAsStringAsync(cancellationToken)).Contains("notifications", StringComparison.Ordinal))
            {
                count();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
