using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using StackExchange.Redis;

namespace NotificationService.Tests;

public sealed class ErasureTests : IDisposable
{
    private readonly string _prefix = RedisFixture.NewPrefix();
    private readonly RedisFixture _redis;
    private readonly Inboxes _inboxes;
    private readonly string _ada = PlatformId.New("usr");
    private readonly string _bob = PlatformId.New("usr");

    public ErasureTests(RedisFixture redis)
    {
        _redis = redis;
        _inboxes = new Inboxes(redis.ConnectionString, _prefix);
    }

    public void Dispose()
    {
        _inboxes.Dispose();
        _redis.GetDatabase().KeyDelete([.. Keys()]);
    }

    [Fact]
    public async Task Erase_Person_LeavesNothingButAnEmptyMarkThatExpires()
    {
        await _inboxes.SendAsync(_ada, "One", "tsk_1");
        await _inboxes.SendAsync(_ada, "Two");
        await _inboxes.SendAsync(_bob, "Bob's");

        var answer = await EraseAsync(_ada);

        Assert.True(answer.Done);
        Assert.Equal([new ErasedItems("notifications", 2), new ErasedItems("dedupe-keys", 1)], answer.Items);
        var left = Assert.Single(Keys(), key => key.ToString().Contains(_ada, StringComparison.Ordinal));
        Assert.Contains(":erased:", left.ToString(), StringComparison.Ordinal);
        Assert.Equal("", await _redis.GetDatabase().StringGetAsync(left));
        Assert.InRange((await _redis.GetDatabase().KeyTimeToLiveAsync(left))!.Value, TimeSpan.FromDays(7.9), TimeSpan.FromDays(8));
        using var bob = _inboxes.Person(_bob);
        Assert.Equal("Bob's", Assert.Single((await bob.GetFromJsonAsync<Page<NotificationResponse>>("/v1/notifications"))!.Items).Title);
    }

    [Fact]
    public async Task Erase_Again_IsDoneAndFindsNothing()
    {
        await _inboxes.SendAsync(_ada, "One", "tsk_1");
        await EraseAsync(_ada);

        var again = await EraseAsync(_ada);

        Assert.True(again.Done);
        Assert.All(again.Items, items => Assert.Equal(0, items.Count));
    }

    [Fact]
    public async Task Send_AfterErasure_IsRefusedForGood()
    {
        await EraseAsync(_ada);
        using var sender = _inboxes.Sender();

        using var response = await sender.PostAsJsonAsync("/v1/notifications", new { userId = _ada, category = "a", title = "Late", dedupeKey = "tsk_1" });

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Equal("person_erased", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Single(Keys(), key => key.ToString().Contains(_ada, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_WhileOthersSend_LeavesNothing()
    {
        using var sender = _inboxes.Sender();
        using var stop = new CancellationTokenSource();
        var refused = 0;
        var sending = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested && refused < 20; i++)
            {
                using var response = await sender.PostAsJsonAsync(
                    "/v1/notifications", new { userId = _ada, category = "a", title = "t", dedupeKey = $"{worker}-{i}" });
                refused += response.StatusCode == HttpStatusCode.Gone ? 1 : 0;
            }
        })).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(Keys().Any()), TimeSpan.FromSeconds(10), "something was sent");

        while (!(await EraseAsync(_ada)).Done)
        {
        }

        await Eventually.TrueAsync(() => Task.FromResult(refused > 0), TimeSpan.FromSeconds(10), "a send was refused");
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        Assert.Single(Keys(), key => key.ToString().Contains(_ada, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_MoreDedupeKeysThanOneCallTakes_SaysThatItIsNotDone()
    {
        await Parallel.ForAsync(0, 501, async (i, _) => await _inboxes.SendAsync(_ada, "t", $"{i}"));

        var first = await EraseAsync(_ada);
        var second = await EraseAsync(_ada);

        Assert.False(first.Done);
        Assert.True(second.Done);
        Assert.Equal(501, first.Items[1].Count + second.Items[1].Count);
        Assert.Single(Keys(), key => key.ToString().Contains(_ada, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_WithoutTheScope_IsForbidden()
    {
        using var sender = _inboxes.Sender();
        using var person = _inboxes.Person(_ada);

        Assert.Equal(HttpStatusCode.Forbidden, (await sender.DeleteAsync($"/v1/people/{_ada}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.DeleteAsync($"/v1/people/{_ada}")).StatusCode);
    }

    private IEnumerable<RedisKey> Keys() => RedisFixture.Keys(_redis.Multiplexer, _prefix);

    private async Task<ErasureResponse> EraseAsync(string userId)
    {
        using var client = _inboxes.Client(_inboxes.Issuer.ServiceToken("userservice", Scopes.ErasePeople));
        return await new PeopleClient(client, "notificationservice").EraseAsync(userId, CancellationToken.None);
    }
}
