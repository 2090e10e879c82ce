using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis.Events;
using Platform.TestKit;

namespace NotificationService.Tests;

public sealed class StreamTests(RedisFixture redis)
{
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Stream_NotificationSentToAnotherReplica_ArrivesAtOnce()
    {
        var prefix = RedisFixture.NewPrefix();
        using var here = new Inboxes(redis.ConnectionString, prefix);
        using var there = new Inboxes(redis.ConnectionString, prefix);
        using var stream = await OpenAsync(here);

        Assert.Equal("state", (await stream.NextAsync()).Event);
        await there.SendAsync(_ada, "Done");

        var (name, id, data) = await stream.NextAsync();
        Assert.Equal("notification", name);
        Assert.Matches("^[0-9a-f]+-[0-9]+-[0-9]+$", id);
        Assert.Equal("Done", data.GetProperty("notification").GetProperty("title").GetString());
        Assert.Equal(1, data.GetProperty("unread").GetInt32());
    }

    [Fact]
    public async Task Stream_ResumedAfterACut_ShowsWhatWasMissedOnce()
    {
        var prefix = RedisFixture.NewPrefix();
        using var here = new Inboxes(redis.ConnectionString, prefix);
        using var there = new Inboxes(redis.ConnectionString, prefix);
        string last;
        using (var stream = await OpenAsync(here))
        {
            await stream.NextAsync();
            await here.SendAsync(_ada, "One");
            last = (await stream.NextAsync()).Id;
        }

        await here.SendAsync(_ada, "Two");
        await here.SendAsync(_ada, "Three");
        using var resumed = await OpenAsync(there, last);

        Assert.Equal("state", (await resumed.NextAsync()).Event);
        Assert.Equal("Two", (await resumed.NextAsync()).Data.GetProperty("notification").GetProperty("title").GetString());
        Assert.Equal("Three", (await resumed.NextAsync()).Data.GetProperty("notification").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Stream_ChangesMadeElsewhere_AreSeen()
    {
        using var inboxes = new Inboxes(redis.ConnectionString);
        var sent = await inboxes.SendAsync(_ada, "Done");
        using var stream = await OpenAsync(inboxes);
        var (_, _, state) = await stream.NextAsync();
        Assert.Equal(1, state.GetProperty("unread").GetInt32());
        using var phone = inboxes.Person(_ada);

        (await phone.PatchAsJsonAsync($"/v1/notifications/{sent.Id}", new { read = true })).Dispose();
        Assert.Equal(("read", sent.Id, 0), await ChangeAsync(stream));

        (await phone.DeleteAsync($"/v1/notifications/{sent.Id}")).Dispose();
        Assert.Equal(("removed", sent.Id, 0), await ChangeAsync(stream));
    }

    [Fact]
    public async Task Stream_HistoryGone_SaysSo()
    {
        var prefix = RedisFixture.NewPrefix();
        using var inboxes = new Inboxes(redis.ConnectionString, prefix);
        await inboxes.SendAsync(_ada, "One");
        using var resumed = await OpenAsync(inboxes, "1-0");

        Assert.Equal("state", (await resumed.NextAsync()).Event);
        Assert.Equal("gap", (await resumed.NextAsync()).Event);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1-0 2")]
    [InlineData("$")]
    public async Task Stream_IdThatWasNeverGiven_SaysGapAndGoesOn(string id)
    {
        using var inboxes = new Inboxes(redis.ConnectionString, RedisFixture.NewPrefix());
        await inboxes.SendAsync(_ada, "Missed");
        using var stream = await OpenAsync(inboxes, id);

        var (_, position, _) = await stream.NextAsync();
        Assert.True(EventPosition.TryParse(position, out _), "the first id is one to resume from, not what the client sent");
        Assert.Equal("gap", (await stream.NextAsync()).Event);
        await inboxes.SendAsync(_ada, "Next");
        Assert.Equal("Next", (await stream.NextAsync()).Data.GetProperty("notification").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Stream_IdOfAStreamThatWasFlushed_SaysGapOfANewEpoch()
    {
        var prefix = RedisFixture.NewPrefix();
        using var inboxes = new Inboxes(redis.ConnectionString, prefix);
        await inboxes.SendAsync(_ada, "Before");
        string? id;
        using (var first = await OpenAsync(inboxes))
        {
            (_, id, _) = await first.NextAsync();
        }

        await redis.GetDatabase().KeyDeleteAsync($"{prefix}notification:events:v1:{{{_ada}}}");
        await inboxes.SendAsync(_ada, "After");
        using var resumed = await OpenAsync(inboxes, id);
        await resumed.NextAsync();

        var (name, epoch, data) = await resumed.NextAsync();
        Assert.Equal(("gap", "restarted"), (name, data.GetProperty("reason").GetString()));
        Assert.True(EventPosition.TryParse(id, out var old) && EventPosition.TryParse(epoch, out var now) && old.Epoch != now.Epoch);
        Assert.Equal("After", (await resumed.NextAsync()).Data.GetProperty("notification").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Stream_RedisRestarted_StaysOpenAndGoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        using var inboxes = new Inboxes(server.ConnectionString);
        using var stream = await OpenAsync(inboxes);
        await stream.NextAsync();
        await inboxes.SendAsync(_ada, "Before");
        Assert.Equal("notification", (await stream.NextAsync()).Event);

        await server.KillAsync();
        using (var sender = inboxes.Sender())
        {
            using var refused = await sender.PostAsJsonAsync("/v1/notifications", new { userId = _ada, category = "a", title = "During" });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await server.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await inboxes.SendAsync(_ada, "After", "once");
                return true;
            },
            TimeSpan.FromSeconds(10),
            "the service finds Redis again");

        Assert.Equal("After", (await stream.NextAsync()).Data.GetProperty("notification").GetProperty("title").GetString());
    }

    private static async Task<(string Event, string? Id, int Unread)> ChangeAsync(EventReader stream)
    {
        var (name, _, data) = await stream.NextAsync();
        return (name, data.GetProperty("id").GetString(), data.GetProperty("unread").GetInt32());
    }

    private async Task<EventReader> OpenAsync(Inboxes inboxes, string? lastEventId = null)
    {
        var client = inboxes.Person(_ada);
        if (lastEventId is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        var response = await client.GetAsync("/v1/notifications/stream", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new EventReader(client, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed class EventReader(HttpClient client, HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

        public async Task<(string Event, string Id, JsonElement Data)> NextAsync()
        {
            string name = "", id = "";
            while (true)
            {
                var line = await reader.ReadLineAsync().WaitAsync(Longest) ?? throw new EndOfStreamException("The stream ended.");
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line[7..];
                }
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line[4..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    return (name, id, JsonDocument.Parse(line[6..]).RootElement.Clone());
                }
            }
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
            client.Dispose();
        }
    }
}
