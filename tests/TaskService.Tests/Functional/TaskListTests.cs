using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class TaskListTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task List_ForAdministrators_ShowsEverybodysTasksInPagesNewestFirst()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var ada = app.ClientOf("usr_ada");
        using var grace = app.ClientOf("usr_grace");
        using var admin = app.AdminClient();
        var (adas, graces, nobodys) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < 3; i++)
        {
            adas.Add(await ada.SubmitAsync(TestWork.Type, new { }));
            graces.Add(await grace.SubmitAsync(TestWork.Type, new { }));
            nobodys.Add(await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(i)));
        }

        Assert.Equal(NewestFirst([.. adas, .. graces, .. nobodys]), await AllAsync(admin, "all=true&limit=2"));
        Assert.Equal(NewestFirst(graces), await AllAsync(admin, "user=usr_grace&limit=2"));
        Assert.Equal(NewestFirst(adas), await AllAsync(ada, "limit=2"));
        Assert.Equal(NewestFirst(adas), await AllAsync(ada, "user=usr_ada"));
        Assert.Empty(await AllAsync(admin, ""));

        var listed = (await admin.GetFromJsonAsync<JsonElement>("/v1/tasks?all=true")).GetProperty("items").EnumerateArray()
            .ToDictionary(task => task.GetProperty("id").GetString()!);
        Assert.False(listed[nobodys[0]].TryGetProperty("owner", out _));
        Assert.Equal("usr_grace", listed[graces[0]].GetProperty("owner").GetString());
        foreach (var forbidden in new[] { "all=true", "user=usr_grace" })
        {
            await (await ada.GetAsync($"/v1/tasks?{forbidden}")).ProblemAsync(HttpStatusCode.Forbidden, "not_administrator");
        }

        await (await admin.GetAsync("/v1/tasks?all=true&user=usr_ada")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_list");
    }

    [Fact]
    public async Task List_ByTimeAndBeginningOfTheId_ShowsThoseOnly()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var admin = app.AdminClient();
        var day = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        string[] ids = [.. Enumerable.Range(0, 6).Select(i => PlatformId.New("tsk", day.AddHours(i)))];
        var keys = app.Get<Platform.Tasks.TaskKeys>();
        foreach (var id in ids)
        {
            await platform.Database.SortedSetAddAsync(keys.Index, id, 0);
            await platform.Database.HashSetAsync(keys.Item(id), [new("status", "queued"), new("type", "test"), new("lane", "default.normal"), new("payload", "{}"), new("created", 1)]);
            await platform.Database.KeyExpireAsync(keys.Item(id), TimeSpan.FromMinutes(5));
        }

        // A task that is gone, and one that cannot be read, keep the others from nobody.
        await platform.Database.KeyDeleteAsync(keys.Item(ids[2]));
        await platform.Database.HashDeleteAsync(keys.Item(ids[3]), "type");

        Assert.Equal([ids[4], ids[1]], await AllAsync(admin, "all=true&createdFrom=2026-03-01T01:00:00Z&createdTo=2026-03-01T05:00:00Z"));
        Assert.Equal([ids[4], ids[1]], await AllAsync(admin, "all=true&limit=1&createdFrom=2026-03-01T01:00:00Z&createdTo=2026-03-01T05:00:00Z"));
        Assert.Equal([ids[5], ids[4]], await AllAsync(admin, "all=true&createdFrom=2026-03-01T03:00:00Z"));
        Assert.Equal([ids[0]], await AllAsync(admin, "all=true&createdTo=2026-03-01T01:00:00Z"));
        Assert.Equal([ids[5]], await AllAsync(admin, $"all=true&idPrefix={ids[5]}"));
        Assert.Equal([ids[5]], await AllAsync(admin, $"all=true&idPrefix={ids[5][..^8]}"));
        Assert.Equal([ids[5], ids[4], ids[1], ids[0]], await AllAsync(admin, "all=true&idPrefix=tsk_"));
        Assert.Empty(await AllAsync(admin, "all=true&idPrefix=tsk_zzz"));
        Assert.Empty(await AllAsync(admin, "all=true&status=running"));
        Assert.Empty(await AllAsync(admin, "all=true&type=other"));
        foreach (var wrong in new[] { "usr_1", "tsk_A", "tsk_0123456789012345678901234567", "%00" })
        {
            await (await admin.GetAsync($"/v1/tasks?idPrefix={wrong}")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_id_prefix");
        }
    }

    [Fact]
    public async Task Index_OfTasksThatAreGone_IsTrimmed_AndKeepsTheOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var keys = app.Get<Platform.Tasks.TaskKeys>();
        var old = DateTimeOffset.UtcNow.AddDays(-8);
        await platform.Database.SortedSetAddAsync(keys.Index, [.. Enumerable.Range(0, 1700).Select(i => new StackExchange.Redis.SortedSetEntry(PlatformId.New("tsk", old.AddSeconds(i)), 0))]);
        var kept = await app.Get<TaskClient>().EnqueueManyAsync(TestWork.Type, [new TestPayload(1), new TestPayload(2)]);

        Assert.Equal(1700, await app.Get<IndexTrim>().RunAsync(CancellationToken.None));
        Assert.Equal(0, await app.Get<IndexTrim>().RunAsync(CancellationToken.None));

        Assert.Equal(kept.Order(StringComparer.Ordinal), (await platform.Database.SortedSetRangeByRankAsync(keys.Index)).Select(id => (string)id!));
    }

    [Fact]
    public async Task Index_OfATypeThatIsForgottenAtOnce_HasItOnlyWhenItDied()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Options = new TaskTypeOptions { Retention = TimeSpan.Zero },
            Run = (payload, _, _) => payload.Number == 2 ? throw new TaskFailedException("no", "No.") : Task.FromResult(TaskOutcome.None),
        };
        var app = platform.StartApp(services: work.AddTo);
        using var admin = app.AdminClient();

        var ids = await app.Get<TaskClient>().EnqueueManyAsync(TestWork.Type, [new TestPayload(1), new TestPayload(2)]);

        await admin.WaitForAsync(ids[1], "failed");
        Assert.Equal([ids[1]], await AllAsync(admin, "all=true"));
    }

    private static async Task<List<string>> AllAsync(HttpClient client, string query)
    {
        var (found, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/v1/tasks?{query}{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(task => task.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return found;
    }

    /// <summary>Those of one millisecond are in the order of their ids.</summary>
    private static IEnumerable<string> NewestFirst(IEnumerable<string> ids) => ids.OrderDescending(StringComparer.Ordinal);
}
