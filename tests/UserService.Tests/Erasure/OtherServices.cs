using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.People;

namespace UserService.Tests.Erasure;

/// <summary>The other services at the HTTP boundary: each forgets a person in two calls, or is down.</summary>
internal sealed class OtherServices
{
    private static readonly string[] Names = [ServiceNames.Tasks, ServiceNames.Privacy, ServiceNames.Notifications];

    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>Those that answer 503.</summary>
    public ConcurrentDictionary<string, bool> Down { get; } = new();

    /// <summary>Whom each service was told to forget, and with what authorization.</summary>
    public ConcurrentQueue<(string Service, string UserId, string Token)> Calls { get; } = new();

    public WebApplicationFactory<Program> Around(UserServiceApplication application) =>
        application.WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
        {
            foreach (var name in Names)
            {
                services.AddHttpClient($"{nameof(PeopleClient)}.{name}").ConfigurePrimaryHttpMessageHandler(() => new Handler(this, name));
            }
        }));

    private HttpResponseMessage Answer(string service, HttpRequestMessage request)
    {
        var userId = request.RequestUri!.AbsolutePath.Split('/')[^1];
        Calls.Enqueue((service, userId, request.Headers.Authorization!.Parameter!));
        if (Down.ContainsKey(service))
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }

        var call = _calls.AddOrUpdate($"{service} {userId}", 1, (_, count) => count + 1);
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = JsonContent.Create(
                new ErasureResponse(call > 1, [new ErasedItems("things", call > 2 ? 0 : 5)]), options: JsonSerializerOptions.Web),
        };
    }

    private sealed class Handler(OtherServices owner, string service) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(owner.Answer(service, request));
    }
}
