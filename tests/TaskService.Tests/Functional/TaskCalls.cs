using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

/// <summary>What a caller of the service does.</summary>
internal static class TaskCalls
{
    public const string Options = "type=pseudonymize-records&field=email";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static HttpContent NdJson(string text) => Content(Encoding.UTF8.GetBytes(text), "application/x-ndjson");

    public static HttpContent Csv(string text) => Content(Encoding.UTF8.GetBytes(text), "text/csv");

    public static HttpContent Content(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    public static async Task<HttpResponseMessage> PostTaskAsync(this HttpClient client, string options, HttpContent content, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tasks?{options}") { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        return await client.SendAsync(request);
    }

    public static async Task<string> SubmitAsync(this HttpClient client, HttpContent content, string options = Options, string? idempotencyKey = null)
    {
        using var response = await PostTaskAsync(client, options, content, idempotencyKey);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        var id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        Assert.Equal($"/v1/tasks/{id}", response.Headers.Location!.ToString());
        return id;
    }

    public static Task<string> SubmitAsync(this HttpClient client, string type, object payload) =>
        SubmitAsync(client, JsonContent.Create(new { type, payload }), "");

    public static async Task<JsonElement> TaskAsync(this HttpClient client, string id) => await client.GetFromJsonAsync<JsonElement>($"/v1/tasks/{id}");

    public static string Status(this JsonElement task) => task.GetProperty("status").GetString()!;

    /// <summary>Waits until the task stands as told.</summary>
    public static async Task<JsonElement> WaitForAsync(this HttpClient client, string id, string status)
    {
        JsonElement task = default;
        await Eventually.TrueAsync(
            async () =>
            {
                task = await client.TaskAsync(id);
                return task.Status() == status;
            },
            Longest, $"the task is {status}");
        return task;
    }

    public static async Task<string> ResultAsync(this HttpClient client, string id) => await client.GetStringAsync($"/v1/tasks/{id}/result");

    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal("urn:platform:problem:" + code.Replace('_', '-'), problem.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("traceId").GetString()));
        return problem;
    }

    public static async Task<HttpResponseMessage> OpenEventsAsync(this HttpClient client, string id, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tasks/{id}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The events of a task, until the service ends the stream.</summary>
    public static async IAsyncEnumerable<(string Id, string Event, JsonElement Data)> EventsAsync(
        this HttpClient client, string id, string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await client.OpenEventsAsync(id, lastEventId);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var (eventId, name, data) = ("", "", "");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id:", StringComparison.Ordinal))
            {
                eventId = line[3..].Trim();
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                data = line[5..].Trim();
            }
            else if (line.Length == 0 && data.Length > 0)
            {
                yield return (eventId, name, JsonDocument.Parse(data).RootElement);
                (name, data) = ("", "");
            }
        }
    }
}
