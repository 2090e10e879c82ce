using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.Contracts;

/// <summary>What the typed clients share: turning an error answer into a <see cref="RemoteCallException"/>.</summary>
internal static class RemoteCalls
{
    private const int LongestProblem = 64 * 1024;

    public static async Task EnsureSuccessAsync(this HttpResponseMessage response, string service, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var (code, detail, ticket) = await ReadProblemAsync(response, cancellationToken);
        throw new RemoteCallException(
            service, response.StatusCode, code ?? $"http_{(int)response.StatusCode}", detail, response.Headers.RetryAfter?.Delta, ticket);
    }

    private static async Task<(string? Code, string? Detail, string? Ticket)> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json" || response.Content.Headers.ContentLength > LongestProblem)
        {
            return default;
        }

        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return problem.ValueKind == JsonValueKind.Object ? (Text(problem, "code"), Text(problem, "detail"), Text(problem, "ticket")) : default;
        }
        catch (JsonException)
        {
            return default;
        }

        static string? Text(JsonElement problem, string name) =>
            problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
