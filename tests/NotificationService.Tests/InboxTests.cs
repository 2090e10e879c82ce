using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using NotificationService.Notifications;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using Shared;

[assembly: AssemblyFixture(typeof(RedisFixture))]

namespace NotificationService.Tests;

public sealed class InboxTests(RedisFixture redis) : IDisposable
{
    private readonly Inboxes _inboxes = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Send_Notification_IsInTheInboxOfItsReceiverOnly()
    {
        var sent = await _inboxes.SendAsync(_ada, "Done");

        var mine = await ListAsync(_ada);
        var others = await ListAsync(PlatformId.New("usr"));

        Assert.Equal(sent.Id, Assert.Single(mine.Items).Id);
        Assert.Equal("Done", mine.Items[0].Title);
        Assert.Empty(others.Items);
    }

    [Fact]
    public async Task Send_SameDedupeKeyManyTimesAtOnce_AddsOne()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _inboxes.SendAsync(_ada, "Done", "tsk_1")));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Single((await ListAsync(_ada)).Items);
    }

    [Fact]
    public async Task Send_SameDedupeKeyAgain_IsAnsweredWith200AndTheFirst()
    {
        var first = await _inboxes.SendAsync(_ada, "First", "tsk_1");
        using var sender = _inboxes.Sender();

        using var response = await sender.PostAsJsonAsync("/v1/notifications", new { userId = _ada, category = "a", title = "Second", dedupeKey = "tsk_1" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var again = await response.Content.ReadFromJsonAsync<NotificationResponse>(JsonSerializerOptions.Web);
        Assert.Equal((first.Id, "First"), (again!.Id, again.Title));
    }

    [Fact]
    public async Task Send_SameDedupeKeyOfAnotherSender_IsAnother()
    {
        await _inboxes.SendAsync(_ada, "First", "1");
        using var other = _inboxes.Sender("privacyservice");

        using var response = await other.PostAsJsonAsync("/v1/notifications", new { userId = _ada, category = "a", title = "Second", dedupeKey = "1" });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(2, (await ListAsync(_ada)).Items.Count);
    }

    [Theory]
    [InlineData("{\"userId\":\"usr_1\",\"category\":\"a\",\"title\":\"t\"}", "invalid_user_id")]
    [InlineData("{\"category\":\"a\",\"title\":\"t\"}", "validation_failed")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"Not a category\",\"title\":\"t\"}", "validation_failed")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"a\",\"title\":\"\"}", "validation_failed")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"a\",\"title\":\"t\",\"data\":\"LONG\"}", "data_too_large")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"a\",\"title\":\"t\",\"link\":\"javascript:alert(1)\"}", "validation_failed")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"a\",\"title\":\"t\",\"link\":\"//elsewhere.example\"}", "validation_failed")]
    [InlineData("{\"userId\":\"USER\",\"category\":\"a\",\"title\":\"t\",\"link\":\"/a b\"}", "validation_failed")]
    public async Task Send_BadNotification_SaysWhatIsWrong(string body, string code)
    {
        using var sender = _inboxes.Sender();
        using var content = new StringContent(
            body.Replace("USER", _ada, StringComparison.Ordinal).Replace("LONG", new string('x', 9000), StringComparison.Ordinal), Encoding.UTF8, "application/json");

        using var response = await sender.PostAsync("/v1/notifications", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Send_ByAPerson_IsForbidden()
    {
        using var person = _inboxes.Person(_ada);

        using var response = await person.PostAsJsonAsync("/v1/notifications", new { userId = _ada, category = "a", title = "t" });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task List_ManyPages_ShowsEachNotificationOnceNewestFirst()
    {
        var sent = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            sent.Add((await _inboxes.SendAsync(_ada, $"Number {i}")).Id);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ListAsync(_ada, $"limit=10&cursor={cursor}");
            seen.AddRange(page.Items.Select(item => item.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(sent.OrderDescending(StringComparer.Ordinal), seen);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("cursor=ntf_nonsense")]
    public async Task List_BadPaging_IsRefused(string query)
    {
        using var person = _inboxes.Person(_ada);

        using var response = await person.GetAsync("/v1/notifications?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Counts_RandomChangesInParallel_AreExact()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => (await _inboxes.SendAsync(_ada, $"{i}")).Id));
        using var person = _inboxes.Person(_ada);
        var random = new Random(7);
        var changes = Enumerable.Range(0, 400).Select(_ => (Id: ids[random.Next(ids.Length)], What: random.Next(10))).ToArray();

        await Task.WhenAll(changes.Select(async change => (await (change.What switch
        {
            < 5 => person.PatchAsJsonAsync($"/v1/notifications/{change.Id}", new { read = true }),
            < 9 => person.PatchAsJsonAsync($"/v1/notifications/{change.Id}", new { read = false }),
            _ => person.DeleteAsync($"/v1/notifications/{change.Id}"),
        })).Dispose()));

        var counts = await person.GetFromJsonAsync<InboxCounts>("/v1/notifications/counts");
        var all = await ListAsync(_ada, "limit=100");
        var unread = await ListAsync(_ada, "limit=100&unread=true");
        Assert.Equal(all.Items.Count, counts!.Total);
        Assert.Equal(unread.Items.Count, counts.Unread);
        Assert.Equal(all.Items.Count(item => item.ReadAt is null), counts.Unread);
    }

    [Fact]
    public async Task ReadAll_Inbox_LeavesNothingUnread()
    {
        await _inboxes.SendAsync(_ada, "One");
        await _inboxes.SendAsync(_ada, "Two");
        using var person = _inboxes.Person(_ada);

        using var response = await person.PostAsync("/v1/notifications/read-all", null);

        Assert.Equal(new InboxCounts(0, 2), await response.Content.ReadFromJsonAsync<InboxCounts>());
        Assert.All((await ListAsync(_ada)).Items, item => Assert.NotNull(item.ReadAt));
    }

    [Fact]
    public async Task Change_NotificationOfSomebodyElse_IsNotThere()
    {
        var sent = await _inboxes.SendAsync(_ada, "Private");
        using var eve = _inboxes.Person(PlatformId.New("usr"));

        Assert.Equal(HttpStatusCode.NotFound, (await eve.DeleteAsync($"/v1/notifications/{sent.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.PatchAsJsonAsync($"/v1/notifications/{sent.Id}", new { read = true })).StatusCode);
        Assert.Null(Assert.Single((await ListAsync(_ada)).Items).ReadAt);
    }

    [Fact]
    public async Task Inbox_Full_DropsTheOldest()
    {
        const int Most = 1000;
        var first = await _inboxes.SendAsync(_ada, "First");
        await Parallel.ForEachAsync(Enumerable.Range(0, Most), async (i, _) => await _inboxes.SendAsync(_ada, $"{i}"));
        using var person = _inboxes.Person(_ada);

        var counts = await person.GetFromJsonAsync<InboxCounts>("/v1/notifications/counts");

        Assert.Equal(new InboxCounts(Most, Most), counts);
        Assert.Equal(HttpStatusCode.NotFound, (await person.DeleteAsync($"/v1/notifications/{first.Id}")).StatusCode);
    }

    [Fact]
    public async Task Store_AfterUse_HoldsNoTitleAndEveryKeyExpires()
    {
        var prefix = RedisFixture.NewPrefix();
        using var inboxes = new Inboxes(redis.ConnectionString, prefix);
        var sent = await inboxes.SendAsync(_ada, "Ada Lovelace is ill", "dedupe-secret");
        using var person = inboxes.Person(_ada);
        (await person.PatchAsJsonAsync($"/v1/notifications/{sent.Id}", new { read = true })).Dispose();

        var keys = RedisFixture.Keys(redis.Multiplexer, prefix).Where(ServiceRegistry.IsOwn).ToArray();

        Assert.Equal(6, keys.Length);
        foreach (var key in keys)
        {
            Assert.NotNull(await redis.GetDatabase().KeyTimeToLiveAsync(key));
            var dump = Encoding.Latin1.GetString((await redis.GetDatabase().KeyDumpAsync(key))!);
            Assert.DoesNotContain("Lovelace", dump, StringComparison.Ordinal);
            Assert.DoesNotContain("dedupe-secret", key.ToString() + dump, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _inboxes.Dispose();

    private async Task<Page<NotificationResponse>> ListAsync(string userId, string query = "limit=100")
    {
        using var person = _inboxes.Person(userId);
        return (await person.GetFromJsonAsync<Page<NotificationResponse>>("/v1/notifications?" + query, JsonSerializerOptions.Web))!;
    }
}
