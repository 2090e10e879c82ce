using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.Contracts.Erasure;

/// <summary>Has one service forget people. Needs a token with the scope <see cref="Scopes.ErasePeople"/>.</summary>
/// <param name="service">Which service, by its name.</param>
public sealed class PeopleClient(HttpClient http, string service)
{
    /// <summary>Which service this is.</summary>
    public string Service => service;

    /// <summary>
    /// Erases everything about a person, or as much as one call may: to be called until it is done, and as often as one likes. From the first
    /// call on the service takes nothing new for that person.
    /// </summary>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync(new Uri($"/v1/people/{Uri.EscapeDataString(userId)}", UriKind.Relative), cancellationToken);
        await response.EnsureSuccessAsync(service, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<ErasureResponse>(JsonSerializerOptions.Web, cancellationToken))!;
    }
}
