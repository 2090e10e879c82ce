using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.TestKit;
using StackExchange.Redis;
using TaskService.Tests.Payloads;

namespace TaskService.Tests.Functional;

/// <summary>How much a person may have waiting.</summary>
public sealed class OwnerLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Kilobyte = 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly (string, string) FewOpen = ("Tasks:OpenPerUser", "3");
    private static readonly (string, string)[] LittleAside = [("Tasks:PayloadLimit", "700000"), ("Tasks:AsidePerUser", "1000000")];

    [Fact]
    public async Task Submit_AsManyOpenAsMayBe_IsRefusedUntilOneHasEnded()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: FewOpen);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        var queued = await ada.SubmitAsync(TestWork.Type, new { });
        var delayed = await ada.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, delay = "01:00:00" }), "");
        await ada.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, dependsOn = new[] { delayed } }), "", "key-1");

        using var refused = await ada.PostTaskAsync("", Of(1), "key-2");
        var problem = await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
        Assert.Contains("3 tasks", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(3, platform.Keys("item").Count());

        // What was accepted before is known, others have room, and one that has ended makes room.
        using var again = await ada.PostTaskAsync("", JsonContent.Create(new { type = TestWork.Type, payload = new { }, dependsOn = new[] { delayed } }), "key-1");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await bob.SubmitAsync(TestWork.Type, new { });
        Assert.Equal(HttpStatusCode.OK, (await ada.PostAsync($"/v1/tasks/{queued}/cancel", null)).StatusCode);
        await ada.SubmitAsync(Of(1), "", "key-2");
        using var tooMany = await ada.PostTaskAsync("", Of(2));
        await tooMany.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
    }

    [Fact]
    public async Task Submit_ManyAtOnce_TakesAsManyAsMayBeAndAllThatEndMakeRoom()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (payload, _, _) => payload.Number == 0 ? Task.FromResult(TaskOutcome.None) : throw new TaskFailedException("no", "No.") };
        var app = platform.StartApp(withWorker: false, services: work.AddTo, settings: FewOpen);
        using var ada = app.ClientOf("usr_ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => ada.PostTaskAsync("", Of(i % 2))));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));

        using var batch = await ada.PostAsJsonAsync("/v1/tasks/batch", new { tasks = new[] { new { type = TestWork.Type, payload = new { } } } });
        Assert.Equal(HttpStatusCode.MultiStatus, batch.StatusCode);
        var item = (await batch.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0];
        Assert.Equal("too_much_waiting", item.GetProperty("error").GetProperty("code").GetString());

        // Whatever they come to, they are open no more.
        platform.StartApp(services: work.AddTo, settings: FewOpen);
        await Eventually.TrueAsync(() => Task.FromResult(!platform.Keys("open").Any()), Longest, "nothing is open");
        await ada.SubmitAsync(Of(0), "");
    }

    [Fact]
    public async Task Submit_AdministratorsAndServices_HaveAnyNumber()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Documents().AddTo, settings: [FewOpen, .. LittleAside]);
        using var admin = app.AdminClient();
        var client = app.Get<TaskClient>();
        for (var i = 0; i < 5; i++)
        {
            await admin.SubmitAsync(Documents.Type, new { number = i, text = Documents.Text(300 * Kilobyte) });
            await client.EnqueueAsync(Documents.Type, new Document(i, Documents.Text(300 * Kilobyte)), new EnqueueOptions { Owner = "usr_ada" });
        }

        // What others enqueue for a person is the person's all the same; nobody's is no one's.
        await client.EnqueueBatchAsync([new BatchTask(Documents.Type, new Document(5, "small"))], options: new EnqueueOptions { Owner = "usr_bob" });
        await client.EnqueueAsync(Documents.Type, new Document(6, "small"));
        Assert.Equal(5, await platform.Database.SortedSetLengthAsync(Open(platform, "usr_ada")));
        Assert.Equal(1, await platform.Database.SortedSetLengthAsync(Open(platform, "usr_bob")));
        Assert.Equal(5, await platform.Database.SortedSetLengthAsync(Open(platform, "usr_root")));
        Assert.Empty(platform.Keys("aside"));
        using var ada = app.ClientOf("usr_ada");
        using var refused = await ada.PostTaskAsync("", JsonContent.Create(new { type = Documents.Type, payload = new { text = "small" } }));
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
    }

    [Fact]
    public async Task Submit_TaskThatIsNoLongerKept_IsNotOpen()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: FewOpen);
        using var ada = app.ClientOf("usr_ada");
        await platform.Database.SortedSetAddAsync(Open(platform, "usr_ada"), [.. Enumerable.Range(0, 5).Select(i => new SortedSetEntry($"tsk_{i}", 1000 + i))]);

        var id = await ada.SubmitAsync(TestWork.Type, new { });

        Assert.Equal([id], (await platform.Database.SortedSetRangeByRankAsync(Open(platform, "usr_ada"))).Select(member => member.ToString()));
        Assert.InRange((await platform.Database.KeyTimeToLiveAsync(Open(platform, "usr_ada")))!.Value, TimeSpan.FromDays(59), TimeSpan.FromDays(60));
    }

    [Fact]
    public async Task Retry_AsManyOpenAsMayBe_IsRefusedButForAdministrators()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: FewOpen);
        using var ada = app.ClientOf("usr_ada");
        using var admin = app.AdminClient();
        var cancelled = await ada.SubmitAsync(TestWork.Type, new { });
        await ada.PostAsync($"/v1/tasks/{cancelled}/cancel", null);
        for (var i = 0; i < 3; i++)
        {
            await ada.SubmitAsync(TestWork.Type, new { });
        }

        using var refused = await ada.PostAsync($"/v1/tasks/{cancelled}/retry", null);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
        Assert.Equal("cancelled", (await ada.TaskAsync(cancelled)).Status());
        using var retried = await admin.PostAsync($"/v1/tasks/{cancelled}/retry", null);
        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        Assert.Equal(4, await platform.Database.SortedSetLengthAsync(Open(platform, "usr_ada")));
    }

    [Fact]
    public async Task Submit_MoreAsideThanMayBe_IsRefusedWithNothingLeftUntilItIsFreed()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var documents = new Documents();
        var app = platform.StartApp(withWorker: false, services: documents.AddTo, settings: LittleAside);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        var first = await SubmitAsync(ada, Documents.StreamType, 0);
        var second = await SubmitAsync(ada, Documents.Type, 1);

        foreach (var type in new[] { Documents.Type, Documents.StreamType })
        {
            using var refused = await ada.PostTaskAsync("", Large(type, 2), "key-" + type);
            var problem = await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
            Assert.Contains("1000000 bytes", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(2, platform.Keys("payload").Count());
        Assert.Equal(2, platform.Keys("item").Count());
        await ada.SubmitAsync(Documents.Type, new { number = 3, text = "small" });
        await SubmitAsync(bob, Documents.Type, 4);

        // The payload is what is counted: one that is gone, however it went, has room again.
        Assert.Equal(HttpStatusCode.OK, (await ada.PostAsync($"/v1/tasks/{first}/cancel", null)).StatusCode);
        var third = await SubmitAsync(ada, Documents.Type, 5);
        await platform.Database.KeyDeleteAsync(platform.Key($"payload:v1:{{default}}:{second}"));
        var fourth = await SubmitAsync(ada, Documents.Type, 6);
        Assert.Equal(
            new[] { third, fourth }.Order(),
            (await platform.Database.SortedSetRangeByRankAsync(platform.Key("aside:v1:{default}:usr_ada"))).Select(member => member.ToString()).Order());
    }

    [Fact]
    public async Task Submit_LargeOnesAtOnce_TakesNoMoreThanHasRoom()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var documents = new Documents { Fails = () => true, Options = new TaskTypeOptions { MaxAttempts = 1 } };
        var app = platform.StartApp(services: documents.AddTo, settings: LittleAside);
        using var ada = app.ClientOf("usr_ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ada.PostTaskAsync("", Large(Documents.Type, i))));
        Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));

        // Dead letters keep theirs, and count.
        await Eventually.TrueAsync(async () => await platform.Database.SortedSetLengthAsync(platform.Key("dead:v1:{default}")) == 2, Longest, "both are dead");
        using var refused = await ada.PostTaskAsync("", Large(Documents.Type, 5));
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_much_waiting");
        Assert.Equal(2, platform.Keys("payload").Count());
    }

    [Fact]
    public async Task Erase_Person_LeavesNothingOfWhatIsCounted()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Documents().AddTo);
        var id = PlatformId.New("usr");
        using var ada = app.ClientOf(id);
        await SubmitAsync(ada, Documents.Type, 0);
        Assert.Single(platform.Keys("open"));
        Assert.Single(platform.Keys("aside"));

        await using var scope = app.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetServices<IPersonalData>().OfType<TaskPersonalData>().Single().EraseAsync(id, CancellationToken.None)).Done);
        Assert.Empty(platform.Keys("open"));
        Assert.Empty(platform.Keys("aside"));
    }

    [Fact]
    public async Task Options_LessAsideThanOnePayloadMayHave_StopsTheStart()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var stopped = Assert.Throws<OptionsValidationException>(() => platform.StartApp(settings: ("Tasks:AsidePerUser", "1000000")));
        Assert.Contains("Tasks:AsidePerUser must not be less than Tasks:PayloadLimit", stopped.Message, StringComparison.Ordinal);
    }

    private static RedisKey Open(Surroundings platform, string userId) => platform.Key("open:v1:{default}:" + userId);

    private static JsonContent Of(int number) => JsonContent.Create(new { type = TestWork.Type, payload = new { number } });

    private static JsonContent Large(string type, int number) => JsonContent.Create(new { type, payload = new { number, text = Documents.Text(400 * Kilobyte) } });

    private static Task<string> SubmitAsync(HttpClient client, string type, int number) => client.SubmitAsync(Large(type, number), "");
}
