using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Unique;
using Platform.TestKit;
using StackExchange.Redis;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Payloads;

/// <summary>Payloads that lie aside, because they are too large to lie with their tasks.</summary>
public sealed class LargePayloadTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Kilobyte = 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(400 * Kilobyte, false)]
    [InlineData(400 * Kilobyte, true)]
    [InlineData(2500 * Kilobyte, false)]
    [InlineData(2500 * Kilobyte, true)]
    public async Task Submit_OverHttp_IsSealedAsideRunAndGone(int length, bool asStream)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var documents = new Documents();
        var app = platform.StartApp(withWorker: false, services: documents.AddTo);
        using var ada = app.ClientOf("usr_ada");
        var text = Documents.Text(length);
        var type = asStream ? Documents.StreamType : Documents.Type;

        // The type comes last: what it is nobody knows while it is put away.
        var id = await ada.SubmitAsync(JsonContent.Create(new { payload = new { number = 7, text }, concurrencyKey = "k", type }), "", "key-1");
        Assert.Equal(id, await ada.SubmitAsync(JsonContent.Create(new { payload = new { number = 7, text }, concurrencyKey = "k", type }), "", "key-1"));
        Assert.DoesNotContain(Documents.Secret, await RedisDump.ReadAsync(redis.Multiplexer, platform.Prefix), StringComparison.Ordinal);
        var shown = await ada.TaskAsync(id);
        Assert.False(shown.TryGetProperty("payload", out _));
        Assert.InRange(shown.GetProperty("payloadLength").GetInt64(), length, length + 100);
        Assert.Equal(id, Assert.Single(platform.Keys("payload")).ToString().Split(':')[^1]);

        platform.StartApp(services: documents.AddTo);
        await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(Documents.HashOf(text), Assert.Single(documents.Read));
        Assert.Empty(platform.Keys("payload"));
    }

    [Fact]
    public async Task Enqueue_InEveryWay_RunsAndIsUniqueAndFollowedByOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var documents = new Documents { Options = new TaskTypeOptions { IsFireAndForget = true } };
        var client = platform.StartApp(withWorker: false, services: documents.AddTo).Get<TaskClient>();
        var texts = Enumerable.Range(0, 5).Select(i => Documents.Text(300 * Kilobyte + i)).ToArray();
        var unique = new EnqueueOptions { Unique = new TaskUniqueness() };

        var first = await client.EnqueueAsync(Documents.Type, new Document(0, texts[0]), unique);
        Assert.Equal(first, await client.EnqueueAsync(Documents.Type, new Document(0, texts[0]), unique));
        Assert.Single(platform.Keys("payload"));
        var after = await client.EnqueueAsync(Documents.Type, new Document(1, texts[1]), new EnqueueOptions { DependsOn = [first] });
        var plain = await client.EnqueueAsync(Documents.Type, new Document(2, texts[2]));
        var many = await client.EnqueueManyAsync(Documents.Type, [new Document(3, texts[3]), new Document(4, "small")]);
        var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new { text = texts[4] }));
        var stream = await client.EnqueueAsync<Stream>(Documents.StreamType, json);
        var batch = await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueBatchAsync([new BatchTask(Documents.Type, new Document(5, texts[0]))]));
        Assert.Contains("256 KiB", batch.Message, StringComparison.Ordinal);

        var worker = platform.StartApp(services: documents.AddTo);
        foreach (var id in new[] { first, after, plain, many[0], stream })
        {
            await StatusAsync(worker, id, TaskState.Succeeded);
        }

        await Eventually.TrueAsync(() => documents.Read.Count == 6, Longest, "the small one too");
        Assert.Equal(texts.Append("small").Select(Documents.HashOf).Order(), documents.Read.Order());
        Assert.Empty(platform.Keys("payload"));
    }

    [Fact]
    public async Task Task_ThatFails_KeepsItsPayload_ForRetryReplayAndErasure()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var fails = true;
        var documents = new Documents { Options = new TaskTypeOptions { MaxAttempts = 2 }, Fails = () => fails };
        var app = platform.StartApp(services: documents.AddTo, settings: ("Tasks:HistoryRetention", "2.00:00:00"));
        using var ada = app.ClientOf("usr_ada");
        var text = Documents.Text(300 * Kilobyte);
        var id = await ada.SubmitAsync(Documents.Type, new { text });
        var other = await ada.SubmitAsync(Documents.Type, new { text });
        await ada.WaitForAsync(id, "dead");
        await ada.WaitForAsync(other, "dead");
        Assert.All(platform.Keys("payload"), key => Assert.InRange(platform.Database.KeyTimeToLive(key)!.Value.TotalDays, 1, 2));

        fails = false;
        using var retried = await ada.PostAsync($"/v1/tasks/{id}/retry", null);
        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await ada.WaitForAsync(id, "succeeded");

        // Gone with what Redis lost: it is not tried in vain.
        Assert.True(await platform.Database.KeyDeleteAsync(Assert.Single(platform.Keys("payload"))));
        using var refused = await ada.PostAsync($"/v1/tasks/{other}/retry", null);
        await refused.ProblemAsync(HttpStatusCode.Conflict, "records_expired");

        fails = true;
        await ada.WaitForAsync(await ada.SubmitAsync(Documents.Type, new { text }), "dead");
        Assert.Single(platform.Keys("payload"));
        await app.Get<IEnumerable<IPersonalData>>().OfType<TaskPersonalData>().Single().EraseAsync("usr_ada", CancellationToken.None);
        Assert.Empty(platform.Keys("payload"));
    }

    [Fact]
    public async Task Payload_LostOrTamperedWith_EndsTheTaskAtOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var documents = new Documents();
        using var ada = platform.StartApp(withWorker: false, services: documents.AddTo).ClientOf("usr_ada");
        var lost = await ada.SubmitAsync(Documents.Type, new { text = Documents.Text(300 * Kilobyte) });
        var shortened = await ada.SubmitAsync(Documents.Type, new { text = Documents.Text(300 * Kilobyte) });
        var changed = await ada.SubmitAsync(Documents.Type, new { text = Documents.Text(300 * Kilobyte) });
        await platform.Database.KeyDeleteAsync(Payload(platform, lost));
        await platform.Database.ListRightPopAsync(Payload(platform, shortened));
        await platform.Database.ListSetByIndexAsync(Payload(platform, changed), 1, await platform.Database.ListGetByIndexAsync(Payload(platform, changed), 2));

        platform.StartApp(services: documents.AddTo);

        Assert.Equal("payload_expired", (await ada.WaitForAsync(lost, "failed")).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("payload_expired", (await ada.WaitForAsync(shortened, "failed")).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("undecodable_payload", (await ada.WaitForAsync(changed, "dead")).GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(documents.Read);
    }

    [Fact]
    public async Task Payload_WhoseSubmitNeverComesOrIsRefused_ExpiresOrGoes()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Documents().AddTo);
        using var ada = app.ClientOf("usr_ada");
        var text = Documents.Text(2000 * Kilobyte);

        using var unknown = await ada.PostTaskAsync("", JsonContent.Create(new { type = "no-such-type", payload = new { text } }));
        await unknown.ProblemAsync(HttpStatusCode.BadRequest, "unknown_type");
        using var broken = await ada.PostTaskAsync("", TaskCalls.Content(Encoding.UTF8.GetBytes($$$"""{"type":"document","payload":{"number":"no","text":"{{{text}}}"}}"""), "application/json"));
        await broken.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        using var noJson = await ada.PostTaskAsync("", TaskCalls.Content(Encoding.UTF8.GetBytes($$$"""{"type":"document-stream","payload":{"text":"{{{text}}}",}}"""), "application/json"));
        await noJson.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        using var records = await ada.PostTaskAsync("", JsonContent.Create(new { type = "pseudonymize-records", payload = new { fields = new[] { "text" }, records = new[] { new { text } } } }));
        await records.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        using var others = await ada.PostTaskAsync("", TaskCalls.Content(
            Encoding.UTF8.GetBytes($$$"""{"type":"export-user-data","payload":{"userId":"{{{Platform.Contracts.PlatformId.New("usr")}}}"{{{new string(' ', 1100 * Kilobyte)}}}}}"""), "application/json"));
        await others.ProblemAsync(HttpStatusCode.Forbidden, "not_your_data");
        Assert.Empty(platform.Keys("payload"));

        // Its process was killed before it could submit.
        var id = Platform.Contracts.PlatformId.New("tsk");
        var stored = await app.Get<PayloadStore>().WriteBytesAsync(id, Encoding.UTF8.GetBytes(text), CancellationToken.None);
        Assert.InRange(platform.Database.KeyTimeToLive(Payload(platform, id))!.Value.TotalMinutes, 1, TaskKeys.UploadLifetime.TotalMinutes);

        // A part of it was lost before its task came.
        await platform.Database.ListRightPopAsync(Payload(platform, id));
        var lane = app.Get<Platform.Tasks.Queues.TaskLanes>().Find("default", TaskPriority.Normal);
        var (outcome, _) = await app.Get<TaskStore>().SubmitAsync(
            new NewTask(id, Documents.Type, "", StoredPayload.Marker, stored.ToAttachment(), Idempotency: null, TraceParent: null) { Lane = lane }, CancellationToken.None);
        Assert.Equal(SubmitOutcome.InputIncomplete, outcome);
        Assert.Empty(platform.Keys("item"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(400 * Kilobyte)]
    public async Task Submit_WithMoreSpaceThanItSays_KeepsWhatItSays_AndIsTheSameAsWithoutIt(int length)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new Documents().AddTo).ClientOf("usr_ada");
        var (text, space, unique) = (new string('x', length), new string(' ', 1100 * Kilobyte), new { @while = "both" });

        var id = await ada.SubmitAsync(
            TaskCalls.Content(
                Encoding.UTF8.GetBytes($$$"""{"type":"{{{Documents.Type}}}","payload":{"number":7,{{{space}}}"text":"{{{text}}}"},"unique":{"while":"both"}}"""), "application/json"), "");
        using var again = await ada.PostTaskAsync("", JsonContent.Create(new { type = Documents.Type, payload = new { text, number = 7 }, unique }));

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(id, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        Assert.Equal(length > 256 * Kilobyte ? 1 : 0, platform.Keys("payload").Count());
        var shown = await ada.TaskAsync(id);
        Assert.Equal(length < 256 * Kilobyte, shown.TryGetProperty("payload", out _));
        Assert.InRange(shown.TryGetProperty("payloadLength", out var kept) ? kept.GetInt64() : length, length, length + 100);
    }

    [Fact]
    public async Task Submit_OfALargePayloadForMuchLater_IsRefused()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new Documents().AddTo).ClientOf("usr_ada");

        foreach (var (type, length) in new[] { (Documents.Type, 300), (Documents.Type, 1100), (Documents.StreamType, 1100) })
        {
            using var refused = await ada.PostTaskAsync("", JsonContent.Create(new { type, payload = new { text = Documents.Text(length * Kilobyte) }, delay = "7.00:00:00" }));
            Assert.Contains("within 6 days", (await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid_placement")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(platform.Keys("payload"));
    }

    [Fact]
    public async Task Submit_LargerThanPayloadsMayBe_IsRefusedWithTheLimit()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Documents().AddTo, settings: ("Tasks:PayloadLimit", "1200000"));
        using var ada = app.ClientOf("usr_ada");
        var text = Documents.Text(1300 * Kilobyte);

        using var large = await ada.PostTaskAsync("", JsonContent.Create(new { type = Documents.Type, payload = new { text } }));
        Assert.Contains("1200000", (await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<PayloadTooLargeException>(() => app.Get<TaskClient>().EnqueueAsync(Documents.Type, new Document(0, text)));
        using var batch = await ada.PostAsJsonAsync(
            "/v1/tasks/batch", new { tasks = new object[] { new { type = Documents.Type, payload = new { text = text[..(300 * Kilobyte)] } }, new { type = Documents.Type, payload = new { text = "small" } } } });
        var items = (await batch.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items");
        Assert.Equal("payload_too_large", items[0].GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("256 KiB", items[0].GetProperty("error").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull(items[1].GetProperty("id").GetString());
        Assert.Empty(platform.Keys("payload"));
    }

    private static RedisKey Payload(Surroundings platform, string id) => platform.Key($"payload:v1:{{default}}:{id}");

    private static Task StatusAsync(TaskServiceApp app, string id, TaskState state) => Eventually.TrueAsync(
        async () => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))?.Status == state, Longest, $"{id} is {state}");
}
