using System.Net;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.TestKit;
using StackExchange.Redis;

namespace PrivacyService.Tests;

public sealed class ErasureTests : IDisposable
{
    private const string Document = """{"email":"ada@example.com"}""";

    private readonly RedisFixture _redis;
    private readonly PrivacyApplication _application;
    private readonly string _ada = PlatformId.New("usr");

    public ErasureTests(RedisFixture redis)
    {
        _redis = redis;
        _application = new PrivacyApplication(redis.ConnectionString);
    }

    public void Dispose()
    {
        _application.Dispose();
        _redis.GetDatabase().KeyDelete([.. Keys()]);
    }

    [Fact]
    public async Task Erase_Owner_DestroysTheKeyAndAllThatWasSealedUnderIt()
    {
        using var ada = _application.Person(_ada);
        await ada.PseudonymizeAsync(Document).ReadAsync();
        var kept = (await ada.PseudonymizeAsync(Document, "\"scope\":\"subject\"").ReadAsync()).Document();

        var answer = await EraseAsync(_ada);

        Assert.True(answer.Done);
        Assert.Equal(new ErasedItems("subject-keys", 1), answer.Items[0]);
        Assert.InRange(answer.Items[1].Count, 2, 4);
        var left = Assert.Single(Keys());
        Assert.Contains(":erased:", left.ToString(), StringComparison.Ordinal);
        Assert.Equal("", await _redis.GetDatabase().StringGetAsync(left));
        Assert.NotNull(await _redis.GetDatabase().KeyTimeToLiveAsync(left));
        Assert.Equal("pseudonyms_not_found", await ada.RepersonalizeAsync(kept).ReadProblemAsync(404));
    }

    [Fact]
    public async Task Erase_CopyOfWhatWasSealed_CannotBeOpenedAnyMore()
    {
        using var ada = _application.Person(_ada);
        var pseudonymised = (await ada.PseudonymizeAsync(Document, "\"scope\":\"subject\"").ReadAsync()).Document();
        var database = _redis.GetDatabase();
        var copies = new Dictionary<RedisKey, byte[]?>();
        foreach (var key in Keys().Where(key => !key.ToString().Contains(":subject:", StringComparison.Ordinal)).ToArray())
        {
            copies[key] = await database.KeyDumpAsync(key);
        }

        await EraseAsync(_ada);
        foreach (var (key, copy) in copies)
        {
            await database.KeyRestoreAsync(key, copy!, TimeSpan.FromMinutes(1));
        }

        Assert.Equal("pseudonyms_expired", await ada.RepersonalizeAsync(pseudonymised).ReadProblemAsync(410));
    }

    [Fact]
    public async Task Pseudonymize_AfterErasure_IsRefusedOnEveryReplica()
    {
        using var other = new PrivacyApplication(_redis.ConnectionString) { KeyPrefix = _application.KeyPrefix };
        using var there = other.Person(_ada);

        // The other replica has the owner's key in memory.
        await there.PseudonymizeAsync(Document).ReadAsync();
        await EraseAsync(_ada);

        Assert.Equal("person_erased", await there.PseudonymizeAsync(Document).ReadProblemAsync(410));
        using var here = _application.Person(_ada);
        Assert.Equal("person_erased", await here.PseudonymizeAsync(Document).ReadProblemAsync(410));
        Assert.Single(Keys());
    }

    [Fact]
    public async Task Erase_WhileItIsWritten_LeavesNothing()
    {
        using var ada = _application.Person(_ada);
        await ada.PseudonymizeAsync(Document).ReadAsync();
        var writing = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                using var response = await ada.PseudonymizeAsync(Document);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    return response.StatusCode;
                }
            }
        })).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(Keys().Count() > 20), TimeSpan.FromSeconds(20), "documents were written");

        await EraseAllAsync(_ada);

        Assert.All(await Task.WhenAll(writing), status => Assert.Equal(HttpStatusCode.Gone, status));
        Assert.Single(Keys());
    }

    [Fact]
    public async Task Erase_MoreThanOneCallTakes_SaysThatItIsNotDone()
    {
        using var ada = _application.Person(_ada);
        await Parallel.ForAsync(0, 251, async (_, _) => await ada.PseudonymizeAsync(Document).ReadAsync());

        Assert.False((await EraseAsync(_ada)).Done);
        Assert.True((await EraseAsync(_ada)).Done);
        Assert.Single(Keys());
    }

    [Fact]
    public async Task Erase_WithoutTheScope_IsForbidden()
    {
        using var person = _application.Person(_ada);
        using var service = _application.Service(Scopes.Pseudonymize);

        Assert.Equal(HttpStatusCode.Forbidden, (await person.DeleteAsync($"/v1/people/{_ada}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await service.DeleteAsync($"/v1/people/{_ada}")).StatusCode);
    }

    private IEnumerable<RedisKey> Keys() => RedisFixture.Keys(_redis.Multiplexer, _application.KeyPrefix).Where(Shared.ServiceRegistry.IsOwn)
        .Where(key => !key.ToString().Contains("{all}", StringComparison.Ordinal));

    private async Task<ErasureResponse> EraseAsync(string userId)
    {
        using var client = _application.Service(Scopes.ErasePeople);
        return await new PeopleClient(client, "privacyservice").EraseAsync(userId, TestContext.Current.CancellationToken);
    }

    private async Task EraseAllAsync(string userId)
    {
        while (!(await EraseAsync(userId)).Done)
        {
        }
    }
}
