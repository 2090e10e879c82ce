using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.Contracts;
using Platform.Contracts.Revocations;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>Asks UserService, with this service's own token, and waits there for what is new.</summary>
internal sealed class HttpRevocationSource(IHttpClientFactory clients, ServiceTokens tokens) : IRevocationSource
{
    public async Task<RevocationPage> ReadAsync(string? after, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(JwksSigningKeySource.ClientName);
        var path = string.Create(
            CultureInfo.InvariantCulture, $"/v1/revocations?after={Uri.EscapeDataString(after ?? "")}&wait={wait.TotalSeconds:0.###}");
        using var response = await AskAsync(client, path, isSecond: false, cancellationToken);
        response.EnsureSuccessStatusCode();
        var page = await response.Content.ReadFromJsonAsync<RevocationsResponse>(RevocationsResponse.Json, cancellationToken)
            ?? throw new InvalidDataException("UserService answered without revocations.");
        return new RevocationPage(page.Position, page.More, page.Restarted, [.. page.Items.Select(Of)]);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, bool isSecond, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(Scopes.ReadRevocations, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        // Revoked like everybody's, or signed with a key that is gone. Nothing is wrong with that: a new one is had for the asking.
        tokens.Forget(Scopes.ReadRevocations, token);
        if (isSecond)
        {
            return response;
        }

        response.Dispose();
        return await AskAsync(client, path, isSecond: true, cancellationToken);
    }

    private static Revocation Of(RevocationResponse item) => new(
        Enum.Parse<RevocationKind>(item.Kind, ignoreCase: true),
        ulong.Parse(item.Digest, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        item.Before is { } before ? RevocationEpoch.Parse(before) : RevocationEpoch.Never,
        item.Until);
}
