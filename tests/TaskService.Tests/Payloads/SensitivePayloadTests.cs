using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Keys;
using Platform.Tasks;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Schedules;
using Platform.Tasks.Unique;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Payloads;

/// <summary>Payloads with what nobody but their handler may read.</summary>
public sealed class SensitivePayloadTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Sensitive_HoweverItIsEnqueuedAndWhateverBecomesOfIt_IsNowhereToBeReadButInTheHandler()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var held = new TaskCompletionSource();
        var letters = new Letters
        {
            Options = new TaskTypeOptions { MaxAttempts = 2 },
            Run = async (letter, _, cancellationToken) => letter.Number switch
            {
                1 => throw new TaskFailedException("no_use", "No use."),
                2 => throw new InvalidOperationException("Of no importance."),
                3 => await held.Task.WaitAsync(cancellationToken).ContinueWith(_ => TaskOutcome.None, TaskScheduler.Default),
                _ => TaskOutcome.None,
            },
        };
        var front = platform.StartApp(withWorker: false, services: letters.AddTo);
        var client = front.Get<TaskClient>();
        using var ada = front.ClientOf("usr_ada");
        using var admin = front.AdminClient();
        var ids = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            ids.Add(await ada.SubmitAsync(Letters.Type, Letters.Json(number)));
        }

        ids.Add(await client.EnqueueAsync(Letters.Type, Letters.New(4)));
        ids.Add(await client.EnqueueAsync(Letters.Type, Letters.New(5), new EnqueueOptions { Unique = new TaskUniqueness(), Delay = TimeSpan.FromMilliseconds(1) }));
        ids.AddRange(await client.EnqueueManyAsync(Letters.Type, [Letters.New(6)]));
        var task = new BatchTask(Letters.Type, Letters.New(7));
        var batch = await client.EnqueueBatchAsync([task], new BatchCompletion(task));
        ids.AddRange([.. batch.TaskIds, batch.CompletionId!]);
        using var schedule = await admin.PutAsJsonAsync("/v1/schedules/letters", new { cron = "@yearly", type = Letters.Type, payload = Letters.Json(8) });
        using var run = await admin.PostAsync("/v1/schedules/letters/run", null);
        ids.Add((await run.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("taskId").GetString()!);
        await NothingIsReadAsync(platform);

        var worker = platform.StartApp(services: letters.AddTo, settings: ("Tasks:Concurrency", "8"));
        await StatusAsync(worker, ids[1], TaskState.Failed);
        await StatusAsync(worker, ids[2], TaskState.Dead);
        await StatusAsync(worker, ids[3], TaskState.Running);
        await NothingIsReadAsync(platform);
        held.SetResult();
        foreach (var id in ids.Except([ids[1], ids[2]]))
        {
            await StatusAsync(worker, id, TaskState.Succeeded);
        }

        await NothingIsReadAsync(platform);
        Assert.All(letters.Read, letter => Assert.Equal((Letters.Secret + "-text", Letters.Secret + "-header"), (letter.Text, letter.Headers["x-header"])));
        Assert.Equal(Enumerable.Range(0, 9), letters.Read.Select(letter => letter.Number).Distinct().Order());
        foreach (var (caller, id) in new[] { (ada, ids[0]), (ada, ids[2]), (admin, ids[1]), (admin, ids[4]) })
        {
            var shown = await caller.TaskAsync(id);
            Assert.Equal("(hidden)", shown.GetProperty("payload").GetProperty("text").GetString());
            Assert.DoesNotContain(Letters.Secret, shown.GetRawText(), StringComparison.Ordinal);
        }

        Assert.Equal("(hidden)", (await schedule.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("payload").GetProperty("text").GetString());
        Assert.All(platform.Log.Lines, line => Assert.DoesNotContain(Letters.Secret, line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sensitive_SentTwice_IsKnownAgain()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Letters().AddTo);
        var client = app.Get<TaskClient>();
        using var ada = app.ClientOf("usr_ada");
        var unique = new EnqueueOptions { Unique = new TaskUniqueness() };
        var body = new { type = Letters.Type, payload = Letters.Json(1), unique = new { } };

        Assert.Equal(await client.EnqueueAsync(Letters.Type, Letters.New(1), unique), await client.EnqueueAsync(Letters.Type, Letters.New(1), unique));
        Assert.NotEqual(
            await client.EnqueueAsync(Letters.Type, Letters.New(1), unique),
            await client.EnqueueAsync(Letters.Type, Letters.New(1) with { Text = "another" }, unique));
        var first = await ada.SubmitAsync(JsonContent.Create(body), "");
        using var same = await ada.PostTaskAsync("", JsonContent.Create(body));
        Assert.Equal((HttpStatusCode.OK, $"/v1/tasks/{first}"), (same.StatusCode, same.Headers.Location!.ToString()));

        var plain = new { type = Letters.Type, payload = Letters.Json(2) };
        Assert.Equal(await ada.SubmitAsync(JsonContent.Create(plain), "", "k-1"), await ada.SubmitAsync(JsonContent.Create(plain), "", "k-1"));
        using var other = await ada.PostTaskAsync("", JsonContent.Create(new { type = Letters.Type, payload = Letters.Json(3) }), "k-1");
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task Sensitive_TamperedWithInRedis_IsDeadAndNotRun()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var letters = new Letters();
        using var ada = platform.StartApp(withWorker: false, services: letters.AddTo).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(Letters.Type, Letters.Json());
        var item = platform.Key($"item:v1:{{default}}:{id}");
        var payload = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>((string)(await platform.Database.HashGetAsync(item, "payload"))!)!;
        payload["text"] = payload["note"];
        await platform.Database.HashSetAsync(item, "payload", JsonSerializer.Serialize(payload));

        platform.StartApp(services: letters.AddTo);

        Assert.Equal("undecodable_payload", (await ada.WaitForAsync(id, "dead")).GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(letters.Read);
    }

    [Fact]
    public async Task Sensitive_OfAnotherTaskOfTheType_IsDeadAndNotRun()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var letters = new Letters();
        using var ada = platform.StartApp(withWorker: false, services: letters.AddTo).ClientOf("usr_ada");
        var first = await ada.SubmitAsync(Letters.Type, Letters.Json(1));
        var second = await ada.SubmitAsync(Letters.Type, Letters.Json(2));
        var moved = await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{first}"), "payload");
        await platform.Database.HashSetAsync(platform.Key($"item:v1:{{default}}:{second}"), "payload", moved);

        platform.StartApp(services: letters.AddTo);

        Assert.Equal("undecodable_payload", (await ada.WaitForAsync(second, "dead")).GetProperty("error").GetProperty("code").GetString());
        await ada.WaitForAsync(first, "succeeded");
        Assert.Equal(1, Assert.Single(letters.Read).Number);
    }

    [Fact]
    public async Task Schedule_SentBackAsShown_KeepsWhatIsHidden_AndAChangeBesideItIsRefused()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new Letters().AddTo);
        using var admin = app.AdminClient();
        using var made = await admin.PutAsJsonAsync("/v1/schedules/letters", new { cron = "@yearly", type = Letters.Type, payload = Letters.Json() });
        var shown = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("payload");
        var before = await DefinitionAsync();

        using var moved = await admin.PutAsJsonAsync("/v1/schedules/letters", new { cron = "@daily", type = Letters.Type, payload = shown });

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(("@daily", before.Payload.GetRawText()), ((await DefinitionAsync()).Cron, (await DefinitionAsync()).Payload.GetRawText()));
        var changed = shown.Deserialize<Dictionary<string, JsonElement>>()!;
        changed["lines"] = JsonSerializer.SerializeToElement(new[] { "another" });
        using var refused = await admin.PutAsJsonAsync("/v1/schedules/letters", new { cron = "@daily", type = Letters.Type, payload = changed });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        async Task<ScheduleDefinition> DefinitionAsync() =>
            ScheduleDefinition.Parse((await app.Get<ScheduleStore>().FindAsync("letters", CancellationToken.None))!.Definition);
    }

    [Theory]
    [InlineData(null, "Tasks:SealingKey is missing")]
    [InlineData("short", "Tasks:SealingKey is too short")]
    [InlineData("a secret of the tasks, long enough", null)]
    public async Task WorkerHost_WithASensitiveType_NeedsTheKeyAtItsStart(string? key, string? refusal)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Testing" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:redis", redis.ConnectionString),
            new("ConnectionStrings:tasks", redis.ConnectionString),
            new("Redis:KeyPrefix", RedisFixture.NewPrefix("letters")),
            new("Sealing:Key", "the secret of another service's own"),
            new("Tasks:SealingKey", key),
        ]);
        builder.AddPlatformRedis("redis", new KeyRegistry("Letters", "letters:")).AddSealing();
        builder.AddTaskWorkers("tasks");
        builder.Services.AddSingleton<Letters>().AddTaskHandler<LetterHandler, SealedLetter>(Letters.Type);
        using var host = builder.Build();

        if (refusal is null)
        {
            await host.StartAsync();
            await host.StopAsync();
            return;
        }

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(refusal, refused.Message, StringComparison.Ordinal);
    }

    private static Task StatusAsync(TaskServiceApp app, string id, TaskState state) => Eventually.TrueAsync(
        async () => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))!.Status == state, Longest, $"{id} is {state}");

    private async Task NothingIsReadAsync(Surroundings platform)
    {
        var all = await RedisDump.ReadAsync(redis.Multiplexer, platform.Prefix);
        Assert.DoesNotContain(Letters.Secret, all, StringComparison.Ordinal);
        Assert.Contains("sealed:", all, StringComparison.Ordinal);
    }
}
