using System.Net.Http.Json;
using System.Text.Json;

namespace UserService.Tests;

internal static class Requests
{
    /// <summary>A DELETE that proves who asks.</summary>
    public static async Task<HttpResponseMessage> DeleteAsync(this HttpClient client, string path, object? proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path) { Content = proof is null ? null : JsonContent.Create(proof) };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> DeleteOwnAccountAsync(this HttpClient client, string password) =>
        client.DeleteAsync("/v1/users/me", new { currentPassword = password });

    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    /// <summary>What a refusal says is wrong with a property.</summary>
    public static async Task<string?> ErrorOfAsync(this HttpResponseMessage response, string property) =>
        (await response.ProblemAsync()).TryGetProperty("errors", out var errors) && errors.TryGetProperty(property, out var messages)
            ? string.Join(' ', messages.EnumerateArray())
            : null;
}
