using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class ResultTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Download_WholeAndParts_GiveTheSameBytes()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        await ada.WaitForAsync(id, "succeeded");

        using var whole = await ada.GetAsync($"/v1/tasks/{id}/result");
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/x-ndjson", whole.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{id}.ndjson", whole.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal(bytes.Length, whole.Content.Headers.ContentLength);
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());

        foreach (var (from, to) in new (long?, long?)[] { (0, 0), (0, 99), (40_000, 90_000), (bytes.Length - 1, null), (null, 1234), (70_000, null) })
        {
            using var part = await SendAsync(ada, id, request => request.Headers.Range = new RangeHeaderValue(from, to));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            var range = part.Content.Headers.ContentRange!;
            Assert.Equal(bytes.Length, range.Length);
            Assert.Equal(bytes[(int)range.From!..((int)range.To! + 1)], await part.Content.ReadAsByteArrayAsync());
        }

        using var beyond = await SendAsync(ada, id, request => request.Headers.Range = new RangeHeaderValue(bytes.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal(bytes.Length, beyond.Content.Headers.ContentRange!.Length);

        using var unchanged = await SendAsync(ada, id, request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var other = await SendAsync(ada, id, request =>
        {
            request.Headers.Range = new RangeHeaderValue(0, 9);
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"other\""));
        });
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(bytes.Length, (await other.Content.ReadAsByteArrayAsync()).Length);

        using var head = await ada.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/tasks/{id}/result"));
        Assert.Equal((HttpStatusCode.OK, bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Download_NotThere_SaysWhy()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var api = platform.StartApp(withWorker: false);
        using var ada = api.ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await (await ada.GetAsync($"/v1/tasks/{id}/result")).ProblemAsync(HttpStatusCode.Conflict, "task_not_finished");

        var cancelled = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await ada.PostAsync($"/v1/tasks/{cancelled}/cancel", null);
        await (await ada.GetAsync($"/v1/tasks/{cancelled}/result")).ProblemAsync(HttpStatusCode.Conflict, "no_result");

        platform.StartApp();
        await ada.WaitForAsync(id, "succeeded");
        Assert.Equal("{}\n", await ada.ResultAsync(id));
        foreach (var family in new[] { "result", "result-index" })
        {
            Assert.NotNull(await platform.Database.KeyTimeToLiveAsync(platform.Key($"{family}:v1:{{default}}:{id}")));
            await platform.Database.KeyDeleteAsync(platform.Key($"{family}:v1:{{default}}:{id}"));
        }

        await (await ada.GetAsync($"/v1/tasks/{id}/result")).ProblemAsync(HttpStatusCode.Gone, "result_expired");
    }

    [Fact]
    public async Task Events_CutOffAndResumed_AreTheSameAsInOnePiece()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        var all = await platform.RunWatchedAsync(ada, id);
        var progress = all.Where(one => one.Event == "progress").ToList();

        var rest = await ada.EventsAsync(id, progress[1].Id).ToListAsync();

        Assert.Equal(progress.Skip(2).Select(one => (one.Id, one.Data.GetRawText())), rest.Where(one => one.Event == "progress").Select(one => (one.Id, one.Data.GetRawText())));
        Assert.Equal(("done", all[^1].Id), (rest[^1].Event, rest[^1].Id));
        Assert.Equal("done", Assert.Single(await ada.EventsAsync(id).ToListAsync()).Event);

        using var after = await ada.OpenEventsAsync(id, all[^1].Id);
        Assert.Equal(HttpStatusCode.NoContent, after.StatusCode);

        // What was never given is taken for a new client's, and what belongs to a stream that is no more for the last client's.
        var never = await ada.EventsAsync(id, "not-an-id").ToListAsync();
        Assert.Equal(("done", all[^1].Id), (Assert.Single(never).Event, never[0].Id));
        var other = await ada.EventsAsync(id, "1-" + all[^1].Id[(all[^1].Id.IndexOf('-', StringComparison.Ordinal) + 1)..]).ToListAsync();
        Assert.Equal("done", Assert.Single(other).Event);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string id, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tasks/{id}/result");
        change(request);
        return await client.SendAsync(request);
    }
}
