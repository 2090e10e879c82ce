using Platform.Contracts;
using Platform.TestKit;
using Shared;

namespace PrivacyService.Tests;

public sealed class ExportTests(RedisFixture redis)
{
    private const string Document = """{"email":"ada@example.com","other":"grace@example.com"}""";

    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Export_Owner_TellsScopesAndDocumentsButNoOriginal()
    {
        using var application = new PrivacyApplication(redis.ConnectionString);
        using var ada = application.Person(_ada);
        await ada.PseudonymizeAsync(Document).ReadAsync();
        var document = (await ada.PseudonymizeAsync(Document, "\"scope\":\"subject\"").ReadAsync()).Document();
        await ada.RepersonalizeAsync(document).ReadAsync();
        await Eventually.TrueAsync(
            async () => (await ada.GetAsync("/v1/stats", TestContext.Current.CancellationToken).ReadAsync()).GetProperty("totals").GetProperty("calls").GetInt32() == 3,
            TimeSpan.FromSeconds(20), "the calls are recorded");
        using var client = application.Service(Scopes.ExportPeople);

        var parts = await ExportedPerson.ReadAsync(client, _ada);

        Assert.All(parts["pseudonyms"], scope => Assert.True(scope.GetProperty("restorableUntil").GetDateTimeOffset() > TimeProvider.System.GetUtcNow()));
        Assert.Contains(parts["pseudonyms"], scope => scope.GetProperty("values").GetInt64() == 2);
        Assert.Contains(parts["documents"], document => document.GetProperty("isKept").GetBoolean());
        Assert.DoesNotContain("example.com", string.Concat(parts.SelectMany(part => part)), StringComparison.Ordinal);
        await ExportedPerson.AssertEveryFeatureTellsAsync(application.Services, _ada);
    }

    [Fact]
    public async Task Export_MoreThanAPage_TellsEachDocumentOnce()
    {
        using var application = new PrivacyApplication(redis.ConnectionString);
        using var ada = application.Person(_ada);
        await Parallel.ForAsync(0, 505, async (_, _) => await ada.PseudonymizeAsync(Document).ReadAsync());
        using var client = application.Service(Scopes.ExportPeople);

        var calls = (await ExportedPerson.ReadAsync(client, _ada))["documents"].Select(document => document.GetProperty("call").GetString()).ToArray();

        Assert.Equal((505, 505), (calls.Length, calls.Distinct().Count()));
    }

    [Fact]
    public async Task Export_ErasedOwner_IsGone()
    {
        using var application = new PrivacyApplication(redis.ConnectionString);
        using var client = application.Service($"{Scopes.ExportPeople} {Scopes.ErasePeople}");
        await client.DeleteAsync($"/v1/people/{_ada}");

        Assert.Equal("person_erased", (await Assert.ThrowsAsync<RemoteCallException>(() => ExportedPerson.ReadAsync(client, _ada))).Code);
    }
}
