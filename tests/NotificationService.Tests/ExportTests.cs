using Platform.Contracts;
using Platform.TestKit;
using Shared;

namespace NotificationService.Tests;

public sealed class ExportTests(RedisFixture redis)
{
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Export_MoreThanAPage_TellsEachNotificationOnceAndNobodyElses()
    {
        using var inboxes = new Inboxes(redis.ConnectionString);
        var titles = Enumerable.Range(0, 105).Select(number => $"Number {number}").ToArray();
        await Parallel.ForEachAsync(titles, async (title, _) => await inboxes.SendAsync(_ada, title));
        await inboxes.SendAsync(PlatformId.New("usr"), "Somebody else's");
        using var client = inboxes.Client(inboxes.Issuer.ServiceToken("taskservice", Scopes.ExportPeople));

        var parts = await ExportedPerson.ReadAsync(client, _ada);

        Assert.Equal(titles.Order(), parts["notifications"].Select(record => record.GetProperty("title").GetString()!).Order());
        await ExportedPerson.AssertEveryFeatureTellsAsync(inboxes.Services, _ada);
    }

    [Fact]
    public async Task Export_ErasedPerson_IsGone()
    {
        using var inboxes = new Inboxes(redis.ConnectionString);
        using var client = inboxes.Client(inboxes.Issuer.ServiceToken("taskservice", $"{Scopes.ExportPeople} {Scopes.ErasePeople}"));
        await client.DeleteAsync($"/v1/people/{_ada}");

        Assert.Equal("person_erased", (await Assert.ThrowsAsync<RemoteCallException>(() => ExportedPerson.ReadAsync(client, _ada))).Code);
    }
}
