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
        var token = await tokens.GetAsync(Scopes.ReadRevocations, cancellationToken);
        using var client = clients.CreateClient(JwksSigningKeySource.ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture, $"/v1/revocations?after={Uri.EscapeDataString(after ?? "")}&wait={wait.TotalSeconds:0.###}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // Revoked like everybody's, or signed with a key that is gone: the next look brings a new one.
            tokens.Forget(Scopes.ReadRevocations, token);
        }

        response.EnsureSuccessStatusCode();
        var page = await response.Content.ReadFromJsonAsync<RevocationsResponse>(RevocationsResponse.Json, cancellationToken)
            ?? throw new InvalidDataException("UserService answered without revocations.");
        return new RevocationPage(page.Position, page.More, page.Restarted, [.. page.Items.Select(Of)]);
    }

    private static Revocation Of(RevocationResponse item) => new(
        Enum.Parse<RevocationKind>(item.Kind, ignoreCase: true),
        ulong.Parse(item.Digest, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        item.Before is { } before ? RevocationEpoch.Parse(before) : RevocationEpoch.Never,
        item.Until);
}
