using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.People;
using Platform.ServiceDefaults.PersonalData;

namespace Shared;

/// <summary>What the service of these tests tells about a person.</summary>
internal static class ExportedPerson
{
    /// <summary>Over HTTP, by part.</summary>
    public static async Task<ILookup<string, JsonElement>> ReadAsync(HttpClient client, string userId)
    {
        var records = new List<PersonalRecord>();
        await foreach (var record in await new PeopleClient(client, "here").ExportAsync(userId, TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        return records.Where(record => record.Record is not null).ToLookup(record => record.Part, record => record.Record!.Value);
    }

    /// <summary>Whoever registers with the seam, so that it is erased, tells of it too: something of each part, where everything was planted.</summary>
    public static async Task AssertEveryFeatureTellsAsync(IServiceProvider services, string userId)
    {
        await using var scope = services.CreateAsyncScope();
        var features = scope.ServiceProvider.GetServices<IPersonalData>().ToArray();
        Assert.NotEmpty(features);
        foreach (var feature in features)
        {
            var parts = await feature.ExportAsync(userId, TestContext.Current.CancellationToken);
            Assert.NotEmpty(parts);
            foreach (var part in parts)
            {
                Assert.Matches("^[a-z]+(-[a-z]+)*$", part.Name);
                Assert.True(await part.Records.AnyAsync(TestContext.Current.CancellationToken), $"{feature.GetType().Name} tells nothing of {part.Name}.");
            }
        }
    }
}
