using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.People;

namespace TaskService.Tests.Functional;

/// <summary>The other services at the HTTP boundary, when they are asked what they keep about a person.</summary>
internal sealed class PersonFakes
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<Task<HttpResponseMessage>>>> _next = new();

    public ConcurrentQueue<(string Service, string Path, string? Token)> Calls { get; } = new();

    /// <summary>What a service keeps, by part.</summary>
    public Dictionary<string, Dictionary<string, object[]>> Kept { get; } = new()
    {
        [ServiceNames.Users] = new() { ["account"] = [new { email = "ada@example.com" }], ["sessions"] = [] },
        [ServiceNames.Notifications] = new() { ["notifications"] = [new { title = "Done" }] },
        [ServiceNames.Privacy] = new() { ["pseudonyms"] = [new { values = 2 }], ["documents"] = [] },
    };

    /// <summary>How a service answers the next calls, before it answers with all again.</summary>
    public void Next(string service, params Func<Task<HttpResponseMessage>>[] answers) => _next[service] = new(answers);

    public static HttpResponseMessage Problem(HttpStatusCode status, string code) => new(status)
    {
        Content = JsonContent.Create(new { status = (int)status, code, detail = "No." }, new MediaTypeHeaderValue("application/problem+json")),
    };

    /// <summary>An answer that ends early.</summary>
    public HttpResponseMessage BrokenOff(string service)
    {
        var whole = JsonSerializer.SerializeToUtf8Bytes(Records(service), JsonSerializerOptions.Web);
        return new(HttpStatusCode.OK) { Content = new ByteArrayContent(whole, 0, whole.Length - 5) { Headers = { ContentType = new("application/json") } } };
    }

    public void AddTo(IServiceCollection services)
    {
        foreach (var service in Kept.Keys)
        {
            services.AddHttpClient($"{nameof(PeopleClient)}.{service}").ConfigurePrimaryHttpMessageHandler(() => new Handler(this, service));
        }
    }

    private PersonalRecord[] Records(string service) =>
    [
        .. Kept[service].SelectMany(part => (PersonalRecord[])
            [new(part.Key, null), .. part.Value.Select(record => new PersonalRecord(part.Key, JsonSerializer.SerializeToElement(record)))]),
    ];

    private sealed class Handler(PersonFakes fakes, string service) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            fakes.Calls.Enqueue((service, request.RequestUri!.AbsolutePath, request.Headers.Authorization?.Parameter));
            return fakes._next.TryGetValue(service, out var answers) && answers.TryDequeue(out var answer)
                ? await answer()
                : new(HttpStatusCode.OK) { Content = JsonContent.Create(fakes.Records(service), options: JsonSerializerOptions.Web) };
        }
    }
}
