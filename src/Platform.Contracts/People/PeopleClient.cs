using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Platform.Contracts.People;

/// <summary>
/// Has one service forget people, or tell what it keeps about them. Needs a token with the scope <see cref="Scopes.ErasePeople"/>, or
/// <see cref="Scopes.ExportPeople"/>.
/// </summary>
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
        using var response = await http.DeleteAsync(Address(userId, ""), cancellationToken);
        await response.EnsureSuccessAsync(service, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<ErasureResponse>(JsonSerializerOptions.Web, cancellationToken))!;
    }

    /// <summary>Asks what is kept about a person. The service has begun to answer when this returns; what it sends is read as it comes.</summary>
    /// <returns>All records; whoever enumerates it learns of an answer that breaks off by an exception.</returns>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<IAsyncEnumerable<PersonalRecord>> ExportAsync(string userId, CancellationToken cancellationToken)
    {
        var response = await http.GetAsync(Address(userId, "/export"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            await response.EnsureSuccessAsync(service, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        return ReadAsync(response, cancellationToken);
    }

    private static async IAsyncEnumerable<PersonalRecord> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (response)
        {
            await foreach (var record in response.Content.ReadFromJsonAsAsyncEnumerable<PersonalRecord>(JsonSerializerOptions.Web, cancellationToken))
            {
                yield return record ?? throw new JsonException("A record is null.");
            }
        }
    }

    private static Uri Address(string userId, string rest) => new($"/v1/people/{Uri.EscapeDataString(userId)}{rest}", UriKind.Relative);
}
