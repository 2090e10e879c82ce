using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Contracts.People;
using Platform.ServiceDefaults.Http;

namespace Platform.ServiceDefaults.PersonalData;

/// <summary>What a service keeps about a person, as one stream.</summary>
public static class PersonalDataExport
{
    /// <summary>Asks all features. What is to be refused is refused here, before the first record.</summary>
    /// <exception cref="Problems.ProblemException">The person was erased.</exception>
    public static async Task<IAsyncEnumerable<PersonalRecord>> ExportAsync(
        this IEnumerable<IPersonalData> personalData, string userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(personalData);
        var parts = new List<PersonalDataPart>();
        foreach (var data in personalData)
        {
            parts.AddRange(await data.ExportAsync(userId, cancellationToken));
        }

        return ReadAsync(parts, cancellationToken);
    }

    private static async IAsyncEnumerable<PersonalRecord> ReadAsync(
        List<PersonalDataPart> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            yield return new PersonalRecord(part.Name, Record: null);
            await foreach (var record in part.Records.WithCancellation(cancellationToken))
            {
                yield return new PersonalRecord(part.Name, JsonSerializer.SerializeToElement(record, JsonDefaults.Options));
            }
        }
    }
}
