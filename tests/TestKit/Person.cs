using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.TestKit;

/// <summary>Somebody who registered and signed in, and does what a user of the running platform does.</summary>
public sealed class Person
{
    private const int MostTries = 10;

    private readonly Func<string, HttpClient> _clientOf;

    private Person(Func<string, HttpClient> clientOf, string id, string email, string password, string accessToken, string sessionId)
    {
        _clientOf = clientOf;
        Id = id;
        Email = email;
        Password = password;
        AccessToken = accessToken;
        SessionId = sessionId;
    }

    public string Id { get; }

    public string Email { get; }

    public string Password { get; }

    public string AccessToken { get; }

    /// <summary>The session that <see cref="AccessToken"/> belongs to.</summary>
    public string SessionId { get; }

    /// <param name="clientOf">Makes a client for a service by its name, such as <c>userservice</c>.</param>
    public static async Task<Person> SignInAsync(Func<string, HttpClient> clientOf, CancellationToken cancellationToken)
    {
        var (email, password) = ("", "");
        using var users = clientOf("userservice");

        // Somebody else each time: the one whose answer was lost may be there.
        var registered = await UntilAnsweredAsync(
            () =>
            {
                var unique = Guid.NewGuid().ToString("n");
                (email, password) = ($"ada.{unique}@example.com", $"correct horse {unique}");
                return users.PostAsJsonAsync("/v1/users", new { email, password, displayName = "Ada" }, cancellationToken);
            },
            cancellationToken);
        var account = await ReadAsync(registered, cancellationToken);
        return await SignInAsync(clientOf, account.GetProperty("id").GetString()!, email, password, cancellationToken);
    }

    /// <summary>The same person on one more device.</summary>
    public Task<Person> SignInAgainAsync(CancellationToken cancellationToken) => SignInAsync(_clientOf, Id, Email, Password, cancellationToken);

    /// <summary>A client of a service that carries this person's access token.</summary>
    public HttpClient ClientOf(string service)
    {
        var client = _clientOf(service);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        return client;
    }

    /// <summary>Sends records to be pseudonymised; the answer's task id.</summary>
    public async Task<string> SubmitAsync(HttpContent records, CancellationToken cancellationToken, string fields = "field=name&field=email&field=phone")
    {
        using var tasks = ClientOf("taskservice");
        tasks.Timeout = TimeSpan.FromMinutes(2);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tasks?type=pseudonymize-records&{fields}&detect=true") { Content = records };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("n"));
        var task = await ReadAsync(await tasks.SendAsync(request, cancellationToken), cancellationToken);
        return task.GetProperty("id").GetString()!;
    }

    /// <summary>Looks until the task has ended one way or another.</summary>
    public async Task<JsonElement> WaitForEndAsync(string taskId, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var tasks = ClientOf("taskservice");
        JsonElement task = default;
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await tasks.GetAsync($"/v1/tasks/{taskId}", cancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    return false;
                }

                task = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                return task.GetProperty("status").GetString() is "succeeded" or "failed" or "dead" or "cancelled";
            },
            longest,
            "the task ends");
        return task;
    }

    /// <summary>The result as text.</summary>
    public async Task<string> ResultAsync(string taskId, CancellationToken cancellationToken)
    {
        using var tasks = ClientOf("taskservice");
        return await tasks.GetStringAsync($"/v1/tasks/{taskId}/result", cancellationToken);
    }

    /// <summary>How many notifications of the inbox are about this task.</summary>
    public async Task<int> CountNotificationsAsync(string taskId, CancellationToken cancellationToken)
    {
        using var notifications = ClientOf("notificationservice");
        var inbox = await notifications.GetFromJsonAsync<JsonElement>("/v1/notifications?limit=100", cancellationToken);
        return inbox.GetProperty("items").EnumerateArray().Count(item => item.GetRawText().Contains(taskId, StringComparison.Ordinal));
    }

    private static async Task<Person> SignInAsync(
        Func<string, HttpClient> clientOf, string id, string email, string password, CancellationToken cancellationToken)
    {
        using var users = clientOf("userservice");
        var login = await ReadAsync(
            await UntilAnsweredAsync(() => users.PostAsJsonAsync("/v1/auth/login", new { email, password }, cancellationToken), cancellationToken), cancellationToken);
        return new Person(
            clientOf, id, email, password, login.GetProperty("accessToken").GetString()!, login.GetProperty("sessionId").GetString()!);
    }

    /// <summary>
    /// As a client does: told with 503 that it may not have been done, it says it again when the answer says so. A busy machine can be too slow
    /// for the bounds that services have.
    /// </summary>
    private static async Task<HttpResponseMessage> UntilAnsweredAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var response = await ask();
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || tries == MostTries || response.Headers.RetryAfter?.Delta is not { } pause)
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonDocument.Parse(body).RootElement.Clone()
                : throw new HttpRequestException($"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}: {body}");
        }
    }
}
